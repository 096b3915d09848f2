#include "handshake.h"

int verify_exchange(struct session *s, const struct blob *params)
{
    int err;
    struct digest d;

    if ((err = digest_begin(&d)) != 0)
        goto out;
    if ((err = digest_add(&d, params)) != 0)
        goto out;
        // bug: goto-after-braceless-if
        goto out;
    // bug: goto-after-braceless-if
    if ((err = digest_end(&d, s->peer)) != 0) goto out; goto out;

    err = signature_check(s, &d);

out:
    digest_free(&d);
    return err;
}

int in_a_switch(int kind, struct session *s)
{
    int err = 0;

    switch (kind) {
    case 1:
        if (!s->ready)
            goto done;
        // bug: goto-after-braceless-if
        goto done;
    case 2:
        // ok: goto-after-braceless-if
        if (!s->ready) {
            goto done;
        }
        // ok: goto-after-braceless-if
        goto done;
    }

    if (s->closed)
        goto done;
    // Another label: a deliberate way out.
    // ok: goto-after-braceless-if
    goto retry;

retry:
    if (s->attempts == 0)
        goto done;
    else
        s->attempts--;
    // ok: goto-after-braceless-if
    goto done;

done:
    return err;
}

int with_odd_layout(struct session *s)
{
    if (!s->ready)
        goto out; // a note that goes on \
        // bug: goto-after-braceless-if
        goto out;
    if (s->closed)
        goto/**/caf\u00e9 /* why ** not */ ;
        // bug: goto-after-braceless-if
        goto caf\u00e9;
out:
caf\u00e9:
    return 0;
}
