"""The whole API on one screen: method, path, handler, permission."""

from __future__ import annotations

from server_ext.access.permissions import PUBLIC
from server_ext.accounts import handlers as accounts
from server_ext.data import handlers as data
from server_ext.events import handlers as events
from server_ext.evidence import handlers as evidence
from server_ext.generation import handlers as generation
from server_ext.jobs import handlers as jobs
from server_ext.ops import handlers as ops
from server_ext.orchestrator import handlers as orchestrator
from server_ext.overview import handlers as overview
from server_ext.policy import handlers as policy
from server_ext.promotion import handlers as promotion
from server_ext.reports import handlers as reports
from server_ext.research import handlers as research
from server_ext.schedules import handlers as schedules
from server_ext.strategies import handlers as strategies
from server_ext.web import document
from server_ext.web.route import Route

__all__ = ["ROUTES"]

REPORTED: dict[str, reports.Handler] = {
    "/api/v1/backtests/{backtest_id}": reports.of_backtest,
    "/api/v1/comparisons": reports.of_comparison,
    "/api/v1/portfolios": reports.of_portfolio,
    "/api/v1/validation/{validation_id}": reports.of_validation,
}
"""What is reported in every format, and by which handler."""

# fmt: off
ROUTES: tuple[Route, ...] = (
    Route("GET",    "/health",                                  ops.health,                PUBLIC),
    Route("GET",    "/api/v1/status",                           ops.health,                PUBLIC),
    Route("GET",    "/api/v1/openapi.json",                     document.openapi,          PUBLIC),

    Route("POST",   "/api/auth/register",                       accounts.register,         PUBLIC, 201),
    Route("POST",   "/api/auth/login",                          accounts.login,            PUBLIC),
    Route("POST",   "/api/auth/refresh",                        accounts.refresh,          PUBLIC),
    Route("POST",   "/api/auth/logout",                         accounts.logout,           "account:own", 204),
    Route("POST",   "/api/auth/logout-all",                     accounts.logout_all,       "account:own", 204),
    Route("GET",    "/api/auth/verify",                         accounts.verify,           "account:own"),
    Route("POST",   "/api/auth/change-password",                accounts.change_password,  "account:secure", 204),
    Route("POST",   "/api/auth/ws-ticket",                      accounts.ws_ticket,        "events:read", 201),
    Route("GET",    "/api/auth/users/",                         accounts.users,            "users:manage"),
    Route("POST",   "/api/auth/users/",                         accounts.create_user,      "users:manage", 201),
    Route("GET",    "/api/auth/users/{user_id}",                accounts.get_user,         "users:manage"),
    Route("PATCH",  "/api/auth/users/{user_id}",                accounts.change_user,      "users:manage"),
    Route("DELETE", "/api/auth/users/{user_id}",                accounts.remove_user,      "users:manage", 204),
    Route("GET",    "/api/auth/invitations/",                   accounts.invitations,      "users:manage"),
    Route("POST",   "/api/auth/invitations/",                   accounts.invite,           "users:manage", 201),
    Route("DELETE", "/api/auth/invitations/{invitation_id}",    accounts.withdraw,         "users:manage", 204),
    Route("GET",    "/api/auth/audit/",                         accounts.audit,            "audit:read"),

    Route("GET",    "/api/v1/strategies/",                      strategies.list_,          "strategies:read"),
    Route("POST",   "/api/v1/strategies/",                      strategies.create,         "strategies:write", 201),
    Route("POST",   "/api/v1/strategies/generate",              generation.generate,       "strategies:write", 201),
    Route("GET",    "/api/v1/strategies/{strategy_id}",         strategies.detail,         "strategies:read"),
    Route("PATCH",  "/api/v1/strategies/{strategy_id}",         strategies.change,         "strategies:write"),
    Route("DELETE", "/api/v1/strategies/{strategy_id}",         strategies.remove,         "strategies:write", 204),
    Route("POST",   "/api/v1/strategies/{strategy_id}/validate", strategies.validate,      "strategies:read"),
    Route("GET",    "/api/v1/strategies/{strategy_id}/shares/", strategies.list_shares,    "strategies:read"),
    Route("POST",   "/api/v1/strategies/{strategy_id}/shares/", strategies.share,          "strategies:write", 201),
    Route("DELETE", "/api/v1/strategies/{strategy_id}/shares/{share_id}", strategies.unshare, "strategies:write", 204),
    Route("GET",    "/api/v1/strategy-types",                   strategies.families,       "strategies:read"),

    Route("POST",   "/api/v1/backtests/run",                    research.run_backtest,     "research:run", 202),
    Route("GET",    "/api/v1/backtests/",                       research.list_backtests,   "research:read"),
    Route("GET",    "/api/v1/backtests/audit/replay",           research.replay_backtest,  "research:read"),
    Route("GET",    "/api/v1/backtests/{backtest_id}",          research.get_backtest,     "research:read"),
    Route("GET",    "/api/v1/backtests/{backtest_id}/status",   research.status_of_backtest, "research:read"),
    Route("POST",   "/api/v1/backtests/{backtest_id}/cancel",   research.cancel_backtest,  "research:run", 202),
    Route("GET",    "/api/v1/backtests/{backtest_id}/shares/",  research.list_backtest_shares, "research:read"),
    Route("POST",   "/api/v1/backtests/{backtest_id}/shares/",  research.share_backtest,   "research:run", 201),
    Route("DELETE", "/api/v1/backtests/{backtest_id}/shares/{share_id}", research.unshare_backtest, "research:run", 204),
    Route("GET",    "/api/v1/backtests/{backtest_id}/notebook.ipynb", research.notebook_of_backtest, "research:read"),
    Route("GET",    "/api/v1/backtests/{backtest_id}/notebook.pdf", reports.paper_of_backtest, "research:read"),
    *(Route("GET",  f"{reported}/report.{kind}",                reports.in_format(handler, kind), "research:read")
      for reported, handler in REPORTED.items() for kind in reports.FORMATS),
    *(Route("GET",  f"/api/v1/backtests/{{backtest_id}}/{table}.csv", reports.as_csv(table), "research:read")
      for table in reports.TABLES),

    Route("POST",   "/api/v1/sweeps/run",                       research.run_sweep,        "research:run", 202),
    Route("GET",    "/api/v1/sweeps/",                          research.list_sweeps,      "research:read"),
    Route("GET",    "/api/v1/sweeps/{sweep_id}",                research.get_sweep,        "research:read"),
    Route("GET",    "/api/v1/sweeps/{sweep_id}/table.csv",      research.table_of_sweep,   "research:read"),
    Route("GET",    "/api/v1/sweeps/{sweep_id}/shares/",        research.list_sweep_shares, "research:read"),
    Route("POST",   "/api/v1/sweeps/{sweep_id}/shares/",        research.share_sweep,      "research:run", 201),
    Route("DELETE", "/api/v1/sweeps/{sweep_id}/shares/{share_id}", research.unshare_sweep, "research:run", 204),

    Route("POST",   "/api/v1/validation/run",                   evidence.run_validation,   "research:run", 202),
    Route("GET",    "/api/v1/validation/",                      evidence.list_validations, "research:read"),
    Route("GET",    "/api/v1/validation/{validation_id}",       evidence.get_validation,   "research:read"),
    Route("GET",    "/api/v1/validation/{validation_id}/status", evidence.status_of_validation, "research:read"),
    Route("POST",   "/api/v1/gates/dev-gate",                   evidence.dev_gate,         "research:run"),
    Route("POST",   "/api/v1/gates/crv-gate",                   evidence.crv_gate,         "research:run"),
    Route("POST",   "/api/v1/gates/product-gate",               evidence.product_gate,     "research:run"),
    Route("GET",    "/api/v1/gates/",                           evidence.list_gates,       "research:read"),
    Route("GET",    "/api/v1/gates/{strategy_id}/status",       evidence.gate_status,      "research:read"),

    Route("GET",    "/api/v1/policy",                           policy.get_policy,         "policy:read"),
    Route("POST",   "/api/v1/policy",                           policy.set_policy,         "policy:set", 201),
    Route("GET",    "/api/v1/policy/versions",                  policy.list_policies,      "policy:read"),
    Route("GET",    "/api/v1/waivers/",                         policy.list_waivers,       "waivers:read"),
    Route("POST",   "/api/v1/waivers/",                         policy.grant_waiver,       "waivers:grant", 201),
    Route("DELETE", "/api/v1/waivers/{waiver_id}",              policy.withdraw_waiver,    "waivers:grant", 204),
    Route("GET",    "/api/v1/promotions/",                      promotion.list_promotions, "promotions:read"),
    Route("POST",   "/api/v1/promotions/",                      promotion.ask,             "promotions:ask", 201),
    Route("GET",    "/api/v1/promotions/{promotion_id}",        promotion.get_promotion,   "promotions:read"),
    Route("POST",   "/api/v1/promotions/{promotion_id}/decide", promotion.decide,          "promotions:decide"),
    Route("POST",   "/api/v1/promotions/{promotion_id}/withdraw", promotion.withdraw,      "promotions:ask"),

    Route("POST",   "/api/v1/reflexion/{strategy_id}/run",      generation.reflect,        "research:run", 202),
    Route("GET",    "/api/v1/reflexion/{strategy_id}/history",  generation.reflexion_history, "research:read"),
    Route("POST",   "/api/v1/orchestrator/runs",                orchestrator.start_run,    "research:run", 202),
    Route("GET",    "/api/v1/orchestrator/runs",                orchestrator.list_runs,    "research:read"),
    Route("GET",    "/api/v1/orchestrator/runs/{run_id}",       orchestrator.get_run,      "research:read"),
    Route("GET",    "/api/v1/dashboard/stats",                  overview.dashboard_stats,  "research:read"),

    Route("GET",    "/api/v1/jobs/",                            jobs.list_,                "jobs:read"),
    Route("POST",   "/api/v1/jobs/",                            jobs.create,               "jobs:run", 202),
    Route("GET",    "/api/v1/jobs/{job_id}",                    jobs.detail,               "jobs:read"),
    Route("POST",   "/api/v1/jobs/{job_id}/cancel",             jobs.cancel,               "jobs:run", 202),
    Route("POST",   "/api/v1/jobs/{job_id}/retry",              jobs.retry,                "jobs:run", 202),
    Route("GET",    "/api/v1/jobs/{job_id}/log",                jobs.log,                  "jobs:read"),
    Route("GET",    "/api/v1/jobs/{job_id}/notebook.pdf",        reports.paper_of_job,      "jobs:read"),
    Route("GET",    "/api/v1/jobs/{job_id}/shares/",            jobs.list_shares,          "jobs:read"),
    Route("POST",   "/api/v1/jobs/{job_id}/shares/",            jobs.share,                "jobs:run", 201),
    Route("DELETE", "/api/v1/jobs/{job_id}/shares/{share_id}",  jobs.unshare,              "jobs:run", 204),
    Route("GET",    "/api/v1/notebooks/",                       jobs.notebooks,            "jobs:read"),
    Route("GET",    "/api/v1/notebooks/notebook.pdf",           reports.paper_of_notebook, "jobs:run-notebook"),

    Route("GET",    "/api/v1/schedules/",                       schedules.list_,           "schedules:read"),
    Route("POST",   "/api/v1/schedules/",                       schedules.create,          "schedules:write", 201),
    Route("GET",    "/api/v1/schedules/{schedule_id}",          schedules.detail,          "schedules:read"),
    Route("PATCH",  "/api/v1/schedules/{schedule_id}",          schedules.change,          "schedules:write"),
    Route("DELETE", "/api/v1/schedules/{schedule_id}",          schedules.remove,          "schedules:write", 204),
    Route("POST",   "/api/v1/schedules/{schedule_id}/run",      schedules.run,             "schedules:write", 202),
    Route("GET",    "/api/v1/schedules/{schedule_id}/runs/",    schedules.runs,            "schedules:read"),
    Route("GET",    "/api/v1/schedules/{schedule_id}/shares/",  schedules.list_shares,     "schedules:read"),
    Route("POST",   "/api/v1/schedules/{schedule_id}/shares/",  schedules.share,           "schedules:write", 201),
    Route("DELETE", "/api/v1/schedules/{schedule_id}/shares/{share_id}", schedules.unshare, "schedules:write", 204),

    Route("GET",    "/api/v1/data/instruments",                 data.instruments,          "data:read"),
    Route("GET",    "/api/v1/data/{instrument}/bars",           data.bars,                 "data:read"),
    Route("POST",   "/api/v1/data/import",                      data.import_file,          "data:write", 201),

    Route("GET",    "/api/v1/events",                           events.list_events,        "events:read"),
    Route("GET",    "/ws/stats",                                events.socket_stats,       "events:watch"),
)
# fmt: on
