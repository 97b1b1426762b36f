"""The ``[fieldwork]`` table of a study file: what no export can know; methods and checklists ask for it."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from osa_survey.instruments.files import FileModel


class Fieldwork(FileModel):
    """What no export can know. Outside probability samples, nothing is called representative.

    Attributes
    ----------
    sample : {"probability", "quota", "opt-in"}
        How respondents came to be asked.
    frame, recruitment, advertising, incentive, dates, place : str
        Whom the sample stands for; how, with what words and for what reward people were won; when and where.
    design : str
        The design in a common term, such as "cross-sectional online survey".
    mode : str
        How the questionnaire was given, such as "web".
    access : {"open", "closed", ""}
        Whether anybody could take part, or only those who were invited.
    invited, site_visitors, visitors, started : int or None
        People invited; unique visitors of the site that led to the survey; unique visitors of the first page of the
        survey; visitors of the first question.
    unique_visitors : str
        How a unique visitor was told apart.
    screens : int or None
        Pages of the questionnaire.
    item_order, adaptive, completeness, review : str
        Randomised or fixed order; branching; whether answers were required; whether they could be changed.
    voluntary : str
        Whether taking part was voluntary.
    repeated_entries : str
        What kept people from answering twice, and for how long.
    cookies, ip_addresses, log_ins : str
        In particular: whether cookies marked a computer; whether addresses of computers were compared; how log-ins
        kept people from entering twice.
    pretesting : str
        How the questionnaire was tried before.
    languages : tuple of str
        Languages of the questionnaire.
    sample_size : str
        How the number of respondents came about.
    gender_asked, gender_considered : str
        How sex and gender were asked; how they were considered in the design.
    ethics_approval, consent_text, legal_basis : str
        The committee and its number; what respondents agreed to; the legal basis.
    confidentiality : str
        How answers were kept confidential.
    preregistration, funding, conflicts, acknowledgements, data_availability : str
        Where the plan is registered; who paid; interests; thanks; where data are.
    """

    sample: Literal["probability", "quota", "opt-in"]
    frame: str = ""
    recruitment: str = ""
    advertising: str = ""
    incentive: str = ""
    dates: str = ""
    place: str = ""
    design: str = ""
    mode: str = ""
    access: Literal["open", "closed", ""] = ""
    invited: int | None = Field(default=None, ge=0)
    site_visitors: int | None = Field(default=None, ge=0)
    visitors: int | None = Field(default=None, ge=0)
    started: int | None = Field(default=None, ge=0)
    unique_visitors: str = ""
    screens: int | None = Field(default=None, ge=1)
    item_order: str = ""
    adaptive: str = ""
    completeness: str = ""
    review: str = ""
    voluntary: str = ""
    repeated_entries: str = ""
    cookies: str = ""
    ip_addresses: str = ""
    log_ins: str = ""
    pretesting: str = ""
    languages: tuple[str, ...] = ()
    sample_size: str = ""
    gender_asked: str = ""
    gender_considered: str = ""
    ethics_approval: str = ""
    consent_text: str = ""
    legal_basis: str = ""
    confidentiality: str = ""
    preregistration: str = ""
    funding: str = ""
    conflicts: str = ""
    acknowledgements: str = ""
    data_availability: str = ""
