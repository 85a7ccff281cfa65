"""Reads the files of a report with the readers of others, and tells what they found there, as JSON.

Called by the tests beside it: `check.py KIND FILE [SCHEMA]`. Whatever a reader refuses ends it with an error.
"""

import datetime
import json
import sys


def sarif(path, schema):
    import jsonschema

    with open(schema, encoding="utf-8") as file:
        rules = json.load(file)
    with open(path, encoding="utf-8") as file:
        log = json.load(file)
    validator = jsonschema.validators.validator_for(rules)
    validator.check_schema(rules)
    # The format `uri-reference` and times are looked at too, as far as the library can.
    validator(rules, format_checker=validator.FORMAT_CHECKER).validate(log)
    results = [result for run in log["runs"] for result in run["results"]]
    return {
        "results": len(results),
        "suppressed": sum(1 for result in results if result.get("suppressions")),
        "errors": sum(1 for result in results if result["level"] == "error"),
    }


def junit(path, schema):
    from lxml import etree

    document = etree.parse(path)
    etree.XMLSchema(etree.parse(schema)).assertValid(document)
    root = document.getroot()
    cases = root.findall(".//testcase")
    return {
        "tests": int(root.get("tests")),
        "cases": len(cases),
        "failures": int(root.get("failures")),
        "failed": sum(1 for case in cases if case.find("failure") is not None),
        "findings": sorted(case.get("name") for case in cases if case.get("classname").startswith("lyncert.rules.")),
    }


def ics(path):
    import icalendar

    with open(path, "rb") as file:
        data = file.read()
    assert all(len(line) <= 75 for line in data.split(b"\r\n")), "a line is too long"
    calendar = icalendar.Calendar.from_ical(data)
    assert not calendar.errors, calendar.errors
    events = list(calendar.walk("VEVENT"))
    for event in events:
        assert not event.errors, event.errors
        assert isinstance(event["DTSTART"].dt, datetime.date)
        assert event["DTSTAMP"].dt.tzinfo is not None
        for alarm in event.walk("VALARM"):
            assert alarm["ACTION"] == "DISPLAY" and "TRIGGER" in alarm
    uids = {str(event["UID"]) for event in events}
    assert len(uids) == len(events), "a UID is there twice"
    ends = sorted(event["DTSTART"].dt.isoformat() for event in events if str(event["SUMMARY"]).endswith(" ends"))
    due = sorted(event["DTSTART"].dt.isoformat() for event in events if str(event["SUMMARY"]).startswith("Due: "))
    return {"events": len(events), "ends": ends, "due": due}


def xlsx(path):
    import openpyxl

    book = openpyxl.load_workbook(path)
    rows = {}
    for sheet in book:
        assert sheet.freeze_panes == "A2", sheet.title
        assert sheet.auto_filter.ref.startswith("A1:"), sheet.title
        rows[sheet.title] = sheet.max_row - 1
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type != "f", f"{sheet.title} {cell.coordinate} is a formula"
                assert cell.hyperlink is None, f"{sheet.title} {cell.coordinate} is a link"
    head = [cell.value for cell in book["Certificates"][1]]
    until = head.index("valid until (UTC)")
    ends = [row[until].value for row in book["Certificates"].iter_rows(min_row=2)]
    assert all(isinstance(end, datetime.datetime) for end in ends), "moments are moments"
    message = [cell.value for cell in book["Findings"][1]].index("message")
    messages = [row[message].value for row in book["Findings"].iter_rows(min_row=2)]
    return {
        "rows": rows,
        "ends": sorted(end.isoformat() + "Z" for end in ends),
        "messages": messages,
        "created": book.properties.created.isoformat() + "Z",
    }


def prometheus(path):
    from prometheus_client.parser import text_fd_to_metric_families

    with open(path, encoding="utf-8", newline="") as file:
        families = list(text_fd_to_metric_families(file))
    names = [family.name for family in families]
    assert len(set(names)) == len(names), "a metric is there twice"
    assert all(family.type == "gauge" and family.documentation for family in families)
    samples = [sample for family in families for sample in family.samples]
    keys = {(sample.name, tuple(sorted(sample.labels.items()))) for sample in samples}
    assert len(keys) == len(samples), "a sample is there twice"
    assert all(sample.timestamp is None for sample in samples), "the collector refuses times of samples"
    state = [sample.labels["state"] for sample in samples if sample.name == "lyncert_state" and sample.value == 1]
    findings = {
        sample.labels["severity"]: int(sample.value) for sample in samples if sample.name == "lyncert_findings"
    }
    return {"state": state, "findings": findings}


def markdown(path):
    from markdown_it import MarkdownIt

    with open(path, encoding="utf-8") as file:
        text = file.read()
    tokens = MarkdownIt("gfm-like", {"html": True, "linkify": True}).parse(text)
    inline = [child for token in tokens for child in token.children or []]
    kinds = {token.type for token in tokens} | {token.type for token in inline}
    forbidden = {"link_open", "image", "html_block", "html_inline", "em_open", "s_open", "fence", "code_block"}
    assert not kinds & forbidden, kinds & forbidden
    outside = " ".join(token.content for token in inline if token.type == "text")
    assert not any(mark in outside for mark in ["@", "://", "www.", "#"]), outside
    headings = [tokens[at + 1].content for at, token in enumerate(tokens) if token.type == "heading_open"]
    return {"headings": headings, "tables": sum(1 for token in tokens if token.type == "table_open")}


if __name__ == "__main__":
    kinds = {"sarif": sarif, "junit": junit, "ics": ics, "xlsx": xlsx, "prometheus": prometheus, "markdown": markdown}
    sys.stdout.reconfigure(encoding="utf-8")
    print(json.dumps(kinds[sys.argv[1]](*sys.argv[2:])))
