"""The plan file's JSON Schema, for editors that complete and check as one types."""

from typing import Any

from dondoc.plan.model import PlanFile
from dondoc.plan.relative import Counted

DRAFT = "https://json-schema.org/draft/2020-12/schema"
DATE = {"type": "string", "format": "date"}
DUE = {
    "anyOf": [
        {
            "description": "2024-11-15, 2024-11, 2025-Q1, 2025",
            "type": "string",
            "pattern": r"^\d{4}(-(Q[1-4]|\d{1,2}(-\d{1,2})?))?$",
        },
        {"description": "2025", "type": "integer", "minimum": 1990, "maximum": 2100},
        {"$ref": "#/$defs/Once"},
        {"$ref": "#/$defs/Recurrence"},
        {"$ref": "#/$defs/Relative"},
    ]
}
ONE_ANCHOR = {"oneOf": [{"required": [name]} for name in ("after", "before")]}
ONE_COUNT = {"oneOf": [{"required": [name.value]} for name in Counted]}


def schema() -> dict[str, Any]:
    """What the model accepts, with the short forms a file may use: `due: 2025-Q1`,
    `audience: all`."""
    made = PlanFile.model_json_schema(by_alias=True)
    kinds = made["$defs"]
    kinds["Milestone"]["properties"]["due"] = DUE
    kinds["Relative"]["allOf"] = [ONE_ANCHOR, ONE_COUNT]
    kinds["Audience"] = {"anyOf": [{"const": "all"}, kinds["Audience"]]}
    return {"$schema": DRAFT, **made}
