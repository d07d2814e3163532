"""Who may open what: one line for each address and method, one column for each who might knock.

`@STAGE` names which of Cleo's cases the address speaks of, else it is the accepted one, which Sana has. A form is sent
empty: 422 says that it would have been read, 405 that the address takes none, 404 that there is nothing to know of.
Cleo and Otto come without signing in; on `portal:…` each brings the link of a mail, Otto's with Cleo's case in it.
"""

WHO = ("nobody", "tess", "tom", "carl", "sana", "dora", "max", "ada", "cleo", "otto")

ADDRESSES = """
#                             nobody tess tom carl sana dora max ada cleo otto
healthz                  GET  200    200  200 200  200  200  200 200 200  200
healthz                  POST 405    405  405 405  405  405  405 405 405  405
health                   GET  302    403  403 403  403  403  403 200 302  302
health                   POST 302    403  403 403  403  403  403 405 302  302
audit                    GET  302    403  403 403  403  403  200 200 302  302
audit                    POST 302    403  403 403  403  403  405 405 302  302
look:home                GET  302    302  302 302  302  302  302 302 302  302
look:home                POST 302    405  405 405  405  405  405 405 302  302
look:sign_in             GET  200    200  200 200  200  200  200 200 200  200
look:sign_in             POST 422    422  422 422  422  422  422 422 422  422
look:sign_out            GET  405    405  405 405  405  405  405 405 405  405
look:sign_out            POST 302    302  302 302  302  302  302 302 302  302
look:design              GET  302    403  403 403  403  403  403 200 302  302
look:design              POST 302    403  403 403  403  403  403 405 302  302
intake:jobs              GET  302    200  200 200  403  403  403 403 302  302
intake:jobs              POST 302    405  405 405  403  403  403 403 302  302
intake:raise             GET  302    200  404 200  403  403  403 403 302  302
intake:raise             POST 302    422  404 422  403  403  403 403 302  302
intake:visit             GET  302    200  404 200  403  403  403 403 302  302
intake:visit             POST 302    422  404 422  403  403  403 403 302  302
intake:photo             GET  302    405  405 405  403  403  403 403 302  302
intake:photo             POST 302    422  422 422  403  403  403 403 302  302
intake:mail              GET  405    405  405 405  405  405  405 405 405  405
intake:mail              POST 404    404  404 404  404  404  404 404 404  404
intake:mail_events       GET  405    405  405 405  405  405  405 405 405  405
intake:mail_events       POST 404    404  404 404  404  404  404 404 404  404
intake:cases             GET  302    200  200 403  403  403  403 403 302  302
intake:cases             POST 302    405  405 403  403  403  403 403 302  302
intake:complete@RETURNED GET  302    200  404 302  404  404  302 302 302  302
intake:complete@RETURNED POST 302    422  404 422  404  404  422 422 302  302
intake:sms_status        GET  405    405  405 405  405  405  405 405 405  405
intake:sms_status        POST 403    403  403 403  403  403  403 403 403  403
intake:sms_in            GET  405    405  405 405  405  405  405 405 405  405
intake:sms_in            POST 403    403  403 403  403  403  403 403 403  403
intake:push_shown        GET  405    405  405 405  405  405  405 405 405  405
intake:push_shown        POST 404    404  404 404  404  404  404 404 404  404
intake:call_answer       GET  405    405  405 405  405  405  405 405 405  405
intake:call_answer       POST 403    403  403 403  403  403  403 403 403  403
intake:call_status       GET  405    405  405 405  405  405  405 405 405  405
intake:call_status       POST 403    403  403 403  403  403  403 403 403  403
intake:call_script       GET  404    404  404 404  404  404  404 404 404  404
intake:call_script       POST 404    404  404 404  404  404  404 404 404  404
intake:answer            GET  404    404  404 404  404  404  404 404 404  404
intake:answer            POST 404    404  404 404  404  404  404 404 404  404
desk:first_start         GET  404    404  404 404  404  404  404 404 404  404
desk:first_start         POST 404    404  404 404  404  404  404 404 404  404
desk:queue               GET  302    403  403 200  403  403  200 200 302  302
desk:queue               POST 302    403  403 405  403  403  405 405 302  302
desk:views               GET  302    403  403 200  403  403  200 200 302  302
desk:views               POST 302    403  403 422  403  403  422 422 302  302
desk:view                GET  302    403  403 200  403  403  200 200 302  302
desk:view                POST 302    403  403 422  403  403  422 422 302  302
desk:suggestions         GET  302    403  403 200  403  403  200 403 302  302
desk:suggestions         POST 302    403  403 405  403  403  405 403 302  302
desk:suggestion          GET  302    403  403 200  403  403  200 403 302  302
desk:suggestion          POST 302    403  403 422  403  403  422 403 302  302
desk:mine                GET  302    200  200 200  200  200  200 200 302  302
desk:mine                POST 302    405  405 405  405  405  405 405 302  302
desk:manager             GET  302    403  403 403  403  403  200 403 302  302
desk:manager             POST 302    403  403 403  403  403  405 403 302  302
desk:impact              GET  302    403  403 403  403  403  200 403 302  302
desk:impact              POST 302    403  403 403  403  403  405 403 302  302
desk:outgoing            GET  302    403  403 200  403  403  200 200 302  302
desk:outgoing            POST 302    403  403 405  403  403  405 405 302  302
desk:incoming            GET  302    403  403 200  403  403  200 200 302  302
desk:incoming            POST 302    403  403 405  403  403  405 405 302  302
desk:case@RAISED         GET  302    200  404 200  404  404  200 200 302  302
desk:case@OFFERED        GET  302    200  404 200  200  404  200 200 302  302
desk:case                GET  302    200  404 200  200  404  200 200 302  302
desk:case@CLOSED         GET  302    200  404 200  200  404  200 200 302  302
desk:case@OTTO           GET  302    200  404 200  404  404  200 200 302  302
desk:case                POST 302    405  405 405  405  405  405 405 302  302
desk:climbs              GET  302    200  404 200  200  404  200 200 302  302
desk:climbs@OTTO         GET  302    200  404 200  404  404  200 200 302  302
desk:climbs              POST 302    405  405 405  405  405  405 405 302  302
desk:clocks              GET  302    200  404 200  200  404  200 200 302  302
desk:clocks@OTTO         GET  302    200  404 200  404  404  200 200 302  302
desk:clocks              POST 302    405  405 405  405  405  405 405 302  302
desk:here                GET  302    405  405 405  405  405  405 405 302  302
desk:here                POST 302    404  404 404  404  404  404 404 302  302
desk:act                 GET  302    404  404 404  404  404  404 404 302  302
desk:act                 POST 302    404  404 404  404  404  404 404 302  302
desk:photo               GET  302    200  404 200  404  404  200 200 302  302
desk:photo               POST 302    405  405 405  405  405  405 405 302  302
desk:file                GET  302    200  404 200  404  404  200 200 302  302
desk:file                POST 302    405  405 405  405  405  405 405 302  302
look:account             GET  302    200  200 200  200  200  200 200 302  302
look:account             POST 302    422  422 422  422  422  422 422 302  302
look:password            GET  302    405  405 405  405  405  405 405 302  302
look:password            POST 302    422  422 422  422  422  422 422 302  302
desk:administration      GET  302    403  403 403  403  403  403 200 302  302
desk:administration      POST 302    403  403 403  403  403  403 405 302  302
desk:deputies            GET  302    403  403 403  403  403  200 403 302  302
desk:deputies            POST 302    403  403 403  403  403  422 403 302  302
desk:readiness           GET  302    403  403 200  403  403  200 200 302  302
desk:readiness           POST 302    405  405 405  405  405  405 405 302  302
desk:hand_over           GET  302    403  403 200  403  403  200 403 302  302
desk:hand_over           POST 302    403  403 422  403  403  422 403 302  302
desk:on_call_feeds       GET  302    200  200 200  200  200  200 200 302  302
desk:on_call_feeds       POST 302    422  422 422  422  422  422 422 302  302
desk:on_call_feed        GET  200    200  200 200  200  200  200 200 200  200
desk:on_call_feed        POST 405    405  405 405  405  405  405 405 405  405
desk:on_call_roster      GET  302    403  403 200  403  403  200 200 302  302
desk:on_call_roster      POST 302    403  403 422  403  403  422 422 302  302
desk:organisation        GET  302    403  403 403  403  403  403 200 302  302
desk:organisation        POST 302    403  403 403  403  403  403 422 302  302
desk:mail                GET  302    403  403 403  403  403  403 200 302  302
desk:mail                POST 302    403  403 403  403  403  403 422 302  302
desk:channels            GET  302    403  403 403  403  403  403 200 302  302
desk:channels            POST 302    403  403 403  403  403  403 405 302  302
desk:pause               GET  302    403  403 403  403  403  403 405 302  302
desk:pause               POST 302    403  403 403  403  403  403 422 302  302
desk:resume              GET  302    403  403 403  403  403  403 405 302  302
desk:resume              POST 302    403  403 403  403  403  403 302 302  302
desk:channel             GET  302    403  403 403  403  403  403 200 302  302
desk:channel             POST 302    403  403 403  403  403  403 422 302  302
desk:test_channel        GET  302    403  403 403  403  403  403 405 302  302
desk:test_channel        POST 302    403  403 403  403  403  403 302 302  302
desk:revoke              GET  302    403  403 403  403  403  403 405 302  302
desk:revoke              POST 302    403  403 403  403  403  403 302 302  302
desk:try_contact         GET  302    403  403 403  403  403  403 405 302  302
desk:try_contact         POST 302    403  403 403  403  403  403 302 302  302
desk:erase               GET  302    403  403 403  403  403  403 200 302  302
desk:erase               POST 302    403  403 403  403  403  403 302 302  302
desk:edit_routing        GET  302    403  403 403  403  403  403 200 302  302
desk:edit_routing        POST 302    403  403 403  403  403  403 422 302  302
desk:routing_file        GET  302    403  403 403  403  403  403 200 302  302
desk:routing_file        POST 302    403  403 403  403  403  403 405 302  302
desk:routing_import      GET  302    403  403 403  403  403  403 404 302  302
desk:routing_import      POST 302    403  403 403  403  403  403 405 302  302
desk:routing_schema      GET  200    200  200 200  200  200  200 200 200  200
desk:routing_schema      POST 405    405  405 405  405  405  405 405 405  405
desk:drop                GET  302    403  403 403  403  403  403 405 302  302
desk:drop                POST 302    403  403 403  403  403  403 404 302  302
desk:expertise           GET  302    200  200 200  200  200  200 200 302  302
desk:expertise           POST 302    405  405 405  405  405  405 405 302  302
desk:load                GET  302    403  403 200  403  403  200 403 302  302
desk:load                POST 302    403  403 405  403  403  405 403 302  302
desk:fairness            GET  302    403  403 200  200  403  200 200 302  302
desk:fairness            POST 302    405  405 405  405  405  405 405 302  302
desk:person_expertise    GET  302    403  403 403  403  403  403 404 302  302
desk:person_expertise    POST 302    403  403 403  403  403  403 404 302  302
desk:add_ability         GET  302    403  403 403  403  403  403 404 302  302
desk:add_ability         POST 302    403  403 403  403  403  403 404 302  302
desk:ability             GET  302    403  403 403  403  403  403 404 302  302
desk:ability             POST 302    403  403 403  403  403  403 404 302  302
desk:register            GET  302    403  403 403  403  403  403 200 302  302
desk:register            POST 302    403  403 403  403  403  403 405 302  302
desk:add                 GET  302    403  403 403  403  403  403 200 302  302
desk:add                 POST 302    403  403 403  403  403  403 422 302  302
desk:entry               GET  302    403  403 403  403  403  403 200 302  302
desk:entry               POST 302    403  403 403  403  403  403 422 302  302
demo:become              GET  404    404  404 404  404  404  404 404 404  404
demo:friday              GET  404    404  404 404  404  404  404 404 404  404
demo:friday              POST 404    404  404 404  404  404  404 404 404  404
demo:become              POST 404    404  404 404  404  404  404 404 404  404
desk:who_hears           GET  302    403  403 403 403  403  403 200 302  302
desk:who_hears           POST 302    403  403 403 403  403  403 405 302  302
desk:gaps                GET  302    403  403 403 403  403  403 200 302  302
desk:gaps                POST 302    403  403 403 403  403  403 405 302  302
desk:try_routing         GET  302    403  403 403 403  403  403 200 302  302
desk:try_routing         POST 302    403  403 403 403  403  403 405 302  302
desk:try_case            GET  302    403  403 403 403  403  403 200 302  302
desk:try_case            POST 302    403  403 403 403  403  403 405 302  302
desk:import              GET  302    403  403 403 403  403  403 200 302  302
desk:import              POST 302    403  403 403 403  403  403 422 302  302
desk:import_example      GET  302    403  403 403 403  403  403 200 302  302
desk:import_example      POST 302    403  403 403 403  403  403 405 302  302
desk:import_list         GET  302    403  403 403 403  403  403 404 302  302
desk:import_list         POST 302    403  403 403 403  403  403 404 302  302
desk:undo_import         GET  302    403  403 403 403  403  403 405 302  302
desk:undo_import         POST 302    403  403 403 403  403  403 404 302  302
desk:told                GET  302  200  200  200  200  200  200  200  302  302
desk:told                POST 302  405  405  405  405  405  405  405  302  302
desk:addresses           GET  302  200  200  200  200  200  200  200  302  302
desk:addresses           POST 302  422  422  422  422  422  422  422  302  302
desk:quiet               GET  302  405  405  405  405  405  405  405  302  302
desk:quiet               POST 302  302  302  302  302  302  302  302  302  302
desk:add_browser         GET  302  405  405  405  405  405  405  405  302  302
desk:add_browser         POST 302  302  302  302  302  302  302  302  302  302
desk:test_chain          GET  302  405  405  405  405  405  405  405  302  302
desk:test_chain          POST 302  302  302  302  302  302  302  302  302  302
desk:address             GET  302  405  405  405  405  405  405  405  302  302
desk:address             POST 302  404  404  404  404  404  404  404  302  302
desk:got_it              GET  404  404  404  404  404  404  404  404  404  404
desk:got_it              POST 404  404  404  404  404  404  404  404  404  404
desk:on_call             GET  302  200  200  200  200  200  200  200  302  302
desk:on_call             POST 302  405  405  405  405  405  405  405  302  302
desk:away                GET  302  200  200  200  200  200  200  200  302  302
desk:away                POST 302  422  422  422  422  422  422  422  302  302
desk:answer_swap         GET  302  405  405  405  405  405  405  405  302  302
desk:answer_swap         POST 302  302  302  302  302  302  302  302  302  302
desk:end_absence         GET  302  405  405  405  405  405  405  405  302  302
desk:end_absence         POST 302  302  302  302  302  302  302  302  302  302
desk:on_call_team        GET  302  200  200  200  200  200  200  200  302  302
desk:on_call_team        POST 302  405  405  405  405  405  405  405  302  302
desk:take_over           GET  302  405  405  405  405  405  405  405  302  302
desk:take_over           POST 302  302  302  302  302  302  302  302  302  302
desk:ask_swap            GET  302  403  403  403  200  403  403  403  302  302
desk:ask_swap            POST 302  403  403  403  422  403  403  403  302  302
desk:on_call_plan        GET  302  403  403  200  403  403  200  200  302  302
desk:on_call_plan        POST 302  403  403  422  403  403  422  422  302  302
desk:end_agreement       GET  302  405  405  405  405  405  405  405  302  302
desk:end_agreement       POST 302  302  302  302  302  302  302  302  302  302
desk:on_call_schedule    GET  302  403  403  200  403  403  200  200  302  302
desk:on_call_schedule    POST 302  403  403  422  403  403  422  422  302  302
desk:calendars           GET  302    403  403 403  403  403  403 200 302  302
desk:calendars           POST 302    403  403 403  403  403  403 405 302  302
desk:add_calendar        GET  302    403  403 403  403  403  403 200 302  302
desk:add_calendar        POST 302    403  403 403  403  403  403 422 302  302
desk:carry_holidays      GET  302    403  403 403  403  403  403 405 302  302
desk:carry_holidays      POST 302    403  403 403  403  403  403 302 302  302
desk:whose_hours         GET  302    403  403 403  403  403  403 200 302  302
desk:whose_hours         POST 302    403  403 403  403  403  403 405 302  302
desk:choose_hours        GET  302    403  403 403  403  403  403 200 302  302
desk:choose_hours        POST 302    403  403 403  403  403  403 422 302  302
desk:calendar            GET  302    403  403 403  403  403  403 200 302  302
desk:calendar            POST 302    403  403 403  403  403  403 405 302  302
desk:calendar_version    GET  302    403  403 403  403  403  403 200 302  302
desk:calendar_version    POST 302    403  403 403  403  403  403 405 302  302
desk:edit_calendar       GET  302    403  403 403  403  403  403 200 302  302
desk:edit_calendar       POST 302    403  403 403  403  403  403 422 302  302
desk:policies            GET  302    403  403 403  403  403  200 200 302  302
desk:policies            POST 302    403  403 403  403  403  405 405 302  302
desk:policy_schema       GET  200    200  200 200  200  200  200 200 200  200
desk:policy_schema       POST 405    405  405 405  405  405  405 405 405  405
desk:edit_policy         GET  302    403  403 403  403  403  403 200 302  302
desk:edit_policy         POST 302    403  403 403  403  403  403 422 302  302
desk:policy              GET  302    403  403 403  403  403  200 200 302  302
desk:policy              POST 302    403  403 403  403  403  405 405 302  302
desk:policy_file         GET  302    403  403 403  403  403  200 200 302  302
desk:policy_file         POST 302    403  403 403  403  403  405 405 302  302
desk:send_links          GET  302    403  403 403 403  403  403 405 302  302
desk:send_links          POST 302    403  403 403 403  403  403 302 302  302
desk:person_link         GET  302    403  403 403 403  403  403 405 302  302
desk:person_link         POST 302    403  403 403 403  403  403 404 302  302
desk:recomputes          GET  302    403  403 403  403  403  403 200 302  302
desk:recomputes          POST 302    403  403 403  403  403  403 405 302  302
desk:recompute           GET  302    403  403 403  403  403  403 200 302  302
desk:recompute           POST 302    403  403 403  403  403  403 405 302  302
desk:welcome             GET  404    404  404 404 404  404  404 404 404  404
desk:welcome             POST 404    404  404 404 404  404  404 404 404  404
portal:case              GET  404    404  404 404  404  404  404 404 200  404
portal:case              POST 404    404  404 404  404  404  404 404 422  404
portal:write             GET  404    404  404 404  404  404  404 404 302  404
portal:write             POST 404    404  404 404  404  404  404 404 422  404
portal:urgent            GET  404    404  404 404  404  404  404 404 302  404
portal:urgent            POST 404    404  404 404  404  404  404 404 422  404
portal:call              GET  404    404  404 404  404  404  404 404 302  404
portal:call              POST 404    404  404 404  404  404  404 404 422  404
portal:rate              GET  404    404  404 404  404  404  404 404 302  404
portal:rate              POST 404    404  404 404  404  404  404 404 422  404
portal:photo             GET  404    404  404 404  404  404  404 404 404  404
portal:photo             POST 405    405  405 405  405  405  405 405 405  405
portal:visit             GET  404    404  404 404  404  404  404 404 404  404
portal:visit             POST 405    405  405 405  405  405  405 405 405  405
"""

VERBS = """
#                             nobody tess tom carl sana dora max ada cleo otto
offer@RAISED                  401    409  404 302  404  404  302 409 401  401
return@RAISED                 401    409  404 302  404  404  302 409 401  401
withdraw@OFFERED              401    409  404 302  409  404  302 409 401  401
accept@OFFERED                401    409  404 409  302  404  409 409 401  401
bounce@OFFERED                401    409  404 409  302  404  409 409 401  401
lower@OFFERED                 401    409  404 302  409  404  302 409 401  401
review@RAISED                 401    409  404 409  404  404  302 409 401  401
lift-stop@STOPPED             401    409  404 409  409  404  302 409 401  401
jump@OFFERED                  401    302  404 302  302  404  302 409 401  401
priority@ACCEPTED             401    409  404 302  409  404  302 409 401  401
policy@ACCEPTED               401    409  404 409  409  404  302 409 401  401
root-cause@ACCEPTED           401    409  404 302  302  404  302 409 401  401
root-cause@RESOLVED           401    409  404 302  302  404  302 409 401  401
impact@ACCEPTED               401    302  404 302  302  404  302 409 401  401
note@ACCEPTED                 401    302  404 302  302  404  302 409 401  401
photos@ACCEPTED               401    302  404 302  302  404  302 409 401  401
tell@ACCEPTED                 401    409  404 302  302  404  302 409 401  401
contact@ACCEPTED              401    409  404 302  302  404  302 409 401  401
step@ACCEPTED                 401    409  404 409  302  404  409 409 401  401
wait@ACCEPTED                 401    409  404 409  302  404  409 409 401  401
part@ACCEPTED                 401    409  404 302  302  404  302 409 401  401
move-part@ACCEPTED            401    409  404 302  302  404  302 409 401  401
end-wait@ACCEPTED             401    409  404 302  302  404  302 409 401  401
visit@ACCEPTED                401    409  404 302  302  404  302 409 401  401
move-visit@ACCEPTED           401    409  404 302  302  404  302 409 401  401
call-off@ACCEPTED             401    409  404 302  302  404  302 409 401  401
end-visit@ACCEPTED            401    409  404 302  302  404  302 409 401  401
workaround@ACCEPTED           401    302  404 302  302  404  302 409 401  401
decide-workaround@ACCEPTED    401    409  404 409  409  404  302 409 401  401
extend-workaround@ACCEPTED    401    409  404 302  302  404  302 409 401  401
end-workaround@ACCEPTED       401    302  404 302  302  404  302 409 401  401
hand-over@ACCEPTED            401    409  404 302  302  404  302 409 401  401
resolve@ACCEPTED              401    409  404 409  302  404  409 409 401  401
confirm@RESOLVED              401    409  404 302  409  404  302 409 401  401
dispute@RESOLVED              401    409  404 302  409  404  302 409 401  401
reopen@CLOSED                 401    409  404 302  409  404  302 409 401  401
"""


def lines(text: str) -> list[list[str]]:
    """The table's lines, word by word, without the headings."""
    return [line.split() for line in text.splitlines() if line and not line.startswith("#")]
