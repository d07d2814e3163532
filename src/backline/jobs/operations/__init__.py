"""The only place that writes customers, sites, assets, fault codes, jobs and visits."""

from backline.jobs.operations._imported import (
    Made,
    keep_assets_of,
    keep_fault_codes,
    keep_sites,
    take_back_assets,
    take_back_fault_codes,
    take_back_sites,
)
from backline.jobs.operations._many import Kept, Row, keep_assets, keep_jobs
from backline.jobs.operations._outcomes import clear_outcome, end_visit, move_visit, plan_visit, record_outcome
from backline.jobs.operations._registers import (
    AssetForm,
    JobForm,
    SiteForm,
    fit,
    hold_contact_of,
    keep_asset,
    keep_contact,
    keep_fault_code,
    keep_job,
    keep_site,
)

__all__ = [
    "AssetForm",
    "JobForm",
    "Kept",
    "Made",
    "Row",
    "SiteForm",
    "clear_outcome",
    "end_visit",
    "fit",
    "hold_contact_of",
    "keep_asset",
    "keep_assets",
    "keep_assets_of",
    "keep_contact",
    "keep_fault_code",
    "keep_fault_codes",
    "keep_job",
    "keep_jobs",
    "keep_site",
    "keep_sites",
    "move_visit",
    "plan_visit",
    "record_outcome",
    "take_back_assets",
    "take_back_fault_codes",
    "take_back_sites",
]
