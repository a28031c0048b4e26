"""QTI 1.2 as Canvas takes it, read by code of our own: groups of items, and the conditions of each."""

import io
import re
import xml.etree.ElementTree as ET
import zipfile
from dataclasses import dataclass

QTI = "{http://www.imsglobal.org/xsd/ims_qtiasiv1p2}"
CP = "{http://www.imsglobal.org/xsd/imscp_v1p1}"


@dataclass(frozen=True)
class Item:
    """A question, with what can be scored in it."""

    element: ET.Element
    group: str
    name: str
    kind: str
    points: float
    text: str

    def choices(self) -> dict[str, str]:
        """The texts that may be chosen, by ident."""
        return {
            label.get("ident"): words(label)
            for label in self.element.iter(f"{QTI}response_label")
            if label.find(f"{QTI}material") is not None
        }

    def score(self, answers: dict[str, str]) -> float:
        """Out of 100, for what was typed or chosen in each response."""
        score = 0.0
        for condition in self.element.iter(f"{QTI}respcondition"):
            settled = condition.find(f"{QTI}setvar")
            if settled is None or not any(holds(each, answers) for each in condition.find(f"{QTI}conditionvar")):
                continue
            value = float(settled.text)
            score = value if settled.get("action") == "Set" else score + value
            if condition.get("continue") == "No":
                break
        return score

    def told(self, chosen: str) -> list[str]:
        """What is said to somebody who chose this."""
        shown = []
        for condition in self.element.iter(f"{QTI}respcondition"):
            shows = condition.find(f"{QTI}displayfeedback")
            equal = condition.find(f"{QTI}conditionvar/{QTI}varequal")
            if shows is not None and equal is not None and equal.text == chosen:
                shown.append(shows.get("linkrefid"))
        feedback = {each.get("ident"): words(each) for each in self.element.iter(f"{QTI}itemfeedback")}
        return [feedback[ident] for ident in shown]


def holds(condition: ET.Element, answers: dict[str, str]) -> bool:
    name = condition.tag.removeprefix(QTI)
    if name in ("or", "and"):
        return (any if name == "or" else all)(holds(each, answers) for each in condition)
    if name == "other":
        return False
    given = answers.get(condition.get("respident"), "")
    if name == "varequal":
        return given.casefold() == (condition.text or "").casefold()
    try:
        return float(given) >= float(condition.text) if name == "vargte" else float(given) <= float(condition.text)
    except ValueError:
        return False


def words(element: ET.Element) -> str:
    return "".join(each.text or "" for each in element.iter(f"{QTI}mattext"))


def read(content: bytes) -> tuple[str, list[Item]]:
    """The title, and the items."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        manifest = ET.fromstring(archive.read("imsmanifest.xml"))
        resource, *figures = manifest.iter(f"{CP}resource")
        assert resource.get("type") == "imsqti_xmlv1p2"
        assert {figure.get("type") for figure in figures} <= {"webcontent"}
        listed = [each.get("href") for each in (resource, *figures)]
        assert sorted(archive.namelist()) == sorted(["imsmanifest.xml", *listed])
        quiz = ET.fromstring(archive.read(resource.get("href")))
        shown = re.findall(r'<img src="%24IMS-CC-FILEBASE%24/([^"]+)" alt="[^"]+">', words(quiz))
        assert set(shown) == {figure.get("href") for figure in figures}
        assert all(ET.fromstring(archive.read(name)).tag.endswith("}svg") for name in set(shown))
    [assessment] = quiz
    [root] = assessment
    found = []
    for section in root:
        assert section.findtext(f".//{QTI}selection_number") == "1"
        each = float(section.findtext(f".//{QTI}points_per_item"))
        for item in section.findall(f"{QTI}item"):
            fields = {
                field.findtext(f"{QTI}fieldlabel"): field.findtext(f"{QTI}fieldentry")
                for field in item.iter(f"{QTI}qtimetadatafield")
            }
            assert float(fields["points_possible"]) == each
            text = item.findtext(f"{QTI}presentation/{QTI}material/{QTI}mattext")
            found.append(Item(item, section.get("title"), item.get("title"), fields["question_type"], each, text))
    idents = [item.element.get("ident") for item in found]
    assert len(set(idents)) == len(idents)
    return assessment.get("title"), found
