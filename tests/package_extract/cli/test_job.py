"""`package-extract job` prints manifests, and sends nothing anywhere."""

import yaml


def test_manifests(command, tmp_path):
    images = tmp_path / "images.txt"
    images.write_text("registry.example/a:1\n\nregistry.example/b:2\n")
    code, out, err = command("job", images, "--store", "s3://results/x", "--name", "scan", "--", "--analyzer", "dpkg")
    assert (code, err) == (0, "")
    config, job = yaml.safe_load_all(out)
    assert config["data"]["images"] == images.read_text()
    assert (job["kind"], job["metadata"]["name"], job["spec"]["completions"]) == ("Job", "scan", 2)
    arguments = job["spec"]["template"]["spec"]["containers"][0]["args"]
    assert arguments[:4] == ["batch", "/input/images", "--store", "s3://results/x"]
    assert arguments[-2:] == ["--analyzer", "dpkg"]


def test_refusals(command, tmp_path):
    images = tmp_path / "images.txt"
    images.write_text("registry.example/a:1\nmissing.tar\n")
    code, out, err = command("job", images, "--store", "s3://results/x")
    assert (code, out) == (2, b"")
    assert err == "package-extract: line 2 of the list: missing.tar does not exist\n"
