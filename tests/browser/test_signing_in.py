"""How people come in and leave, in a browser."""

from tests.support.running import PASSWORD

OVERVIEW = "/voila/render/dashboards/overview.ipynb"


def test_somebody_registers_and_arrives_at_the_start_page(stranger):
    page = stranger.page
    page.goto(stranger.url + "/register")
    for name, value in {"email": "new@example.com", "name": "New Comer", "password": PASSWORD}.items():
        page.fill(f"[name={name}]", value)
    page.click("form button")
    page.wait_for_url("**/home")
    assert page.locator("a[href*='overview.ipynb']").count() == 1


def test_somebody_logs_in_and_arrives_where_they_were_going(stranger, staff, signing_in):
    stranger.page.goto(stranger.url + OVERVIEW)
    assert "/login" in stranger.page.url
    signing_in(staff["viewer-a"].email)
    stranger.page.wait_for_url(f"**{OVERVIEW}")
    assert stranger.page.inner_text("h1") == "Overview"


def test_a_wrong_password_is_said_to_be_wrong_and_nobody_comes_in(stranger, staff, signing_in):
    stranger.page.goto(stranger.url + "/login")
    signing_in(staff["viewer-c"].email, "not-the-password-42")
    problem = stranger.page.inner_text(".problem")
    assert "password" in problem
    assert stranger.page.input_value("[name=email]") == staff["viewer-c"].email
    stranger.page.goto(stranger.url + OVERVIEW)
    assert "/login" in stranger.page.url


def test_who_logs_out_is_asked_to_log_in_again(stranger, staff, signing_in):
    stranger.page.goto(stranger.url + OVERVIEW)
    signing_in(staff["viewer-c"].email)
    stranger.until_drawn()
    stranger.page.click(".user summary")
    stranger.page.click("text=Sign out")
    stranger.page.wait_for_url("**/logout")
    stranger.page.goto(stranger.url + OVERVIEW)
    assert "/login" in stranger.page.url


def test_a_page_whose_session_has_ended_asks_to_log_in(stranger, staff, signing_in):
    stranger.page.goto(stranger.url + OVERVIEW)
    signing_in(staff["viewer-c"].email)
    stranger.until_drawn()
    again = staff["viewer-c"].server.stranger()
    again.email = staff["viewer-c"].email
    again.tokens = again.login().json()
    again.post("/api/auth/logout-all").raise_for_status()
    stranger.page.wait_for_url("**/login**")
    assert stranger.page.locator("[name=password]").count() == 1
