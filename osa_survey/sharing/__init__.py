"""What may be shared of a study: twin, records after checks, notes, checklists of reporting guidelines."""

from osa_survey.sharing.entries import DataProtectionEntry, SharingEntry

__all__ = ["DataProtectionEntry", "SharingEntry"]
