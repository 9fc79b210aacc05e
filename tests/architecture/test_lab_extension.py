from __future__ import annotations

import json

from scripts import lab


def test_what_is_built_belongs_to_the_sources():
    assert lab.STAMP.read_text(encoding="utf-8").strip() == lab.fingerprint(), "run `make lab` and commit what it builds"


def test_the_types_are_those_of_the_api_as_it_is_now():
    assert (lab.SOURCES / "openapi.json").read_text(encoding="utf-8") == lab.calls(), "run `make lab` and commit what it builds"


def test_the_built_extension_loads_a_file_that_is_there_and_brings_its_schema():
    built = json.loads((lab.BUILT / "package.json").read_text(encoding="utf-8"))["jupyterlab"]["_build"]
    assert (lab.BUILT / built["load"]).is_file()
    assert (lab.BUILT / "schemas/aurelius/plugin.json").is_file()


def test_the_document_of_the_calls_holds_what_is_sent_and_nothing_that_is_said_to_people():
    document = json.loads(lab.calls())
    run = document["paths"]["/api/v1/jobs/"]["post"]
    assert run["requestBody"]["content"]["application/json"]["schema"] == {"$ref": "#/components/schemas/NewNotebookJob"}
    assert "description" not in document["components"]["schemas"]["NewNotebookJob"]
    assert set(document["components"]["schemas"]["NewNotebookJob"]["properties"]) == {
        "notebook",
        "parameters",
        "priority",
        "timeout",
    }
