"""``python -m system_under_test.doubles.google``: an OpenID Connect provider that speaks Google's protocol.

Start it, and give the shop its issuer, client id and secret::

    python -m system_under_test.doubles.google --port 9010 \\
        --client-id shop.apps.example --client-secret local-only \\
        --redirect-uri http://127.0.0.1:8000/auth/google/callback

Every option may come from the environment instead: DOUBLE_GOOGLE_HOST, _PORT, _ISSUER, _PUBLIC_URL,
_CLIENT_ID, _CLIENT_SECRET and _REDIRECT_URIS (several: separated by spaces or commas). Ready when GET /livez
answers 200.
In a network of containers programs say http://google:9001 and browsers http://127.0.0.1:…: then the issuer is the
former, and --public-url, the latter, only where authorization_endpoint sends people.
Redirect URIs must match exactly. With SHOP_ENVIRONMENT=production it ends with status 2.

People: the page at /o/oauth2/v2/auth offers seeded persons, or any e-mail and name, "Administrator" (the claim
https://village-calendar.example/role: admin), and Cancel. The page is shown at every sign-in, prompt=none excepted.

Programs: /.well-known/openid-configuration, /token, /oauth2/v3/userinfo, /oauth2/v3/certs, /revoke.
A sign-in without a browser is one form: POST /signin with request=<query of the authorisation URL> and
person=anna.becker@example.org (or email=, name=, administrator=on; or action=cancel) answers with the redirect.

Testers, from this machine only, each answering with the state::

    GET  /_control/state
    POST /_control/rotate                a new signing key; the old one stays published until the next rotation
    POST /_control/skew?seconds=61       the issuer's clock is so far ahead (not cumulative; may be negative)
    POST /_control/fault?kind=K&count=N  the next N token answers: slow (&seconds=3), 500, wrong-signature, expired,
                                         none-algorithm, wrong-nonce, wrong-audience, wrong-issuer
    POST /_control/reset                 forgets sign-ins, skew and faults; keys stay

Where it differs from Google: the PKCE method "plain" is refused; one attempt spends a code, failed ones too; every
malformed request of a trusted redirect URI is answered by redirect, of which Google shows some on a page; every
consent with access_type=offline gives a refresh token. Like Google it does not insist on a nonce in the code flow:
that is for the client to demand of the ID token.
"""

import argparse

from system_under_test.doubles.refusal import refuse_production


def main() -> int:
    """Serve until SIGTERM or SIGINT; end with 2 in production and for wrong settings."""
    parser = argparse.ArgumentParser(
        prog="python -m system_under_test.doubles.google",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--host", help="default 127.0.0.1")
    parser.add_argument("--port", type=int)
    parser.add_argument("--issuer", metavar="URL", help="default http://HOST:PORT")
    parser.add_argument("--public-url", metavar="URL", help="how browsers reach the page, if not by the issuer's URL")
    parser.add_argument("--client-id", metavar="ID")
    parser.add_argument("--client-secret", metavar="S")
    parser.add_argument("--redirect-uri", metavar="U", action="extend", nargs="+", dest="redirect_uris")
    arguments = parser.parse_args()
    refuse_production("Google double")

    # Heavy, and only needed once it is clear that the double may run.
    from system_under_test.doubles.google.app import create_app
    from system_under_test.doubles.google.settings import load
    from system_under_test.doubles.kit.command import listen, serve

    settings = load(vars(arguments))
    listener = listen("Google", settings.host, settings.port)
    ready = f"Google double: issuer {settings.issuer_url}, client {settings.client_id}"
    return serve(create_app(settings), listener, ready)


if __name__ == "__main__":
    raise SystemExit(main())
