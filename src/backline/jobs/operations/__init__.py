"""The only place that writes customers, sites, assets, fault codes, jobs and visits."""

from backline.jobs.operations._many import Kept, Row, keep_assets, keep_jobs
from backline.jobs.operations._outcomes import clear_outcome, end_visit, move_visit, plan_visit, record_outcome
from backline.jobs.operations._registers import (
    AssetForm,
    JobForm,
    SiteForm,
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
    "Row",
    "SiteForm",
    "clear_outcome",
    "end_visit",
    "keep_asset",
    "keep_assets",
    "keep_contact",
    "keep_fault_code",
    "keep_job",
    "keep_jobs",
    "keep_site",
    "move_visit",
    "plan_visit",
    "record_outcome",
]
