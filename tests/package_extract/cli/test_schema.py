import json


def test_the_schema_describes_every_section(command):
    code, out, err = command("schema")
    assert (code, err) == (0, "")
    schema = json.loads(out)
    assert schema["$schema"].endswith("2020-12/schema")
    assert {"os_release", "rpm", "dpkg", "apk", "python_packages"} <= set(schema["$defs"]["Results"]["properties"])


def test_every_field_is_described(command):
    schema = json.loads(command("schema")[1])
    for name, model in {**schema["$defs"], "Document": schema}.items():
        assert model["description"], name
        for field, description in model.get("properties", {}).items():
            assert description.get("description"), f"{name}.{field}"
