"""The only place that writes customers, contracts, sites, assets, fault codes, jobs and visits."""

from backline.jobs.operations._contracts import (
    ContractForm,
    flaws_of_contracts,
    keep_contract,
    keep_contracts,
    take_back_contracts,
)
from backline.jobs.operations._imported import (
    FIGURES,
    Made,
    keep_assets_of,
    keep_fault_codes,
    keep_sites,
    take_back_assets,
    take_back_fault_codes,
    take_back_sites,
)
from backline.jobs.operations._many import Kept, keep_assets, keep_jobs
from backline.jobs.operations._outcomes import clear_outcome, end_visit, move_visit, plan_visit, record_outcome
from backline.jobs.operations._registers import (
    AssetForm,
    JobForm,
    SiteForm,
    fit,
    fit_figures,
    hold_contact_of,
    keep_asset,
    keep_contact,
    keep_fault_code,
    keep_job,
    keep_site,
)
from backline.jobs.operations._row import Row
from backline.jobs.operations._visits import VisitReport, forget_remarks, look_again, look_later, rate, report_visit

__all__ = [
    "FIGURES",
    "AssetForm",
    "ContractForm",
    "JobForm",
    "Kept",
    "Made",
    "Row",
    "SiteForm",
    "VisitReport",
    "clear_outcome",
    "end_visit",
    "fit",
    "fit_figures",
    "flaws_of_contracts",
    "forget_remarks",
    "hold_contact_of",
    "keep_asset",
    "keep_assets",
    "keep_assets_of",
    "keep_contact",
    "keep_contract",
    "keep_contracts",
    "keep_fault_code",
    "keep_fault_codes",
    "keep_job",
    "keep_jobs",
    "keep_site",
    "keep_sites",
    "look_again",
    "look_later",
    "move_visit",
    "plan_visit",
    "rate",
    "record_outcome",
    "report_visit",
    "take_back_assets",
    "take_back_contracts",
    "take_back_fault_codes",
    "take_back_sites",
]
