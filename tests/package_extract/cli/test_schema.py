import json

import pytest


def test_the_schema_describes_every_section(command):
    code, out, err = command("schema")
    assert (code, err) == (0, "")
    schema = json.loads(out)
    assert schema["$schema"].endswith("2020-12/schema")
    assert {"os_release", "rpm", "dpkg", "apk", "python_packages"} <= set(schema["$defs"]["Results"]["properties"])


@pytest.mark.parametrize("what", ["document", "answer"])
def test_every_field_is_described(command, what):
    schema = json.loads(command("schema", what)[1])
    models = schema["$defs"] if what == "answer" else {**schema["$defs"], "Document": schema}
    for name, model in models.items():
        assert model["description"], name
        for field, description in model.get("properties", {}).items():
            assert description.get("description"), f"{name}.{field}"


def test_the_schema_of_an_answer(command):
    schema = json.loads(command("schema", "answer")[1])
    assert {each["$ref"] for each in schema["anyOf"]} == {"#/$defs/AnswerDocument", "#/$defs/NoAnswerDocument"}
    assert command("schema", "question")[0] == 2
