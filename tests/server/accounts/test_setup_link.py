"""The link that makes the first admin: it works until there is one, whoever else comes in before."""

from server_ext.access.actor import Origin, Role
from server_ext.accounts import service
from server_ext.settings import Registration

HERE = Origin(address="192.0.2.1", user_agent="test", request_id="r")


def registered(database, name, invitation=None):
    with database.writing() as connection:
        return service.register(
            connection,
            HERE,
            email=f"{name}@example.com",
            name=name,
            password_hash="x",
            invitation=invitation,
            registration=Registration.OPEN,
        )


def test_who_registers_before_the_first_admin_leaves_the_link_as_it_is(database):
    with database.writing() as connection:
        token = service.create_setup_link(connection)
    assert registered(database, "early").role == Role.ANALYST
    assert registered(database, "admin", token).role == Role.ADMIN
    with database.writing() as connection:
        assert service.create_setup_link(connection) is None
