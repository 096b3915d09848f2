#include "handshake.hpp"

namespace tls {

template <typename Hash>
bool Exchange<Hash>::check(const Blob &params)
{
    bool good = false;
    auto add = [&](const Blob &b) { return hash_.add(b); };

    if (!add(client_))
        goto fail;
    if (!add(params)) goto fail;
    // bug: goto-after-braceless-if
    goto fail;
    if (!add(server_)) {
        goto fail;
    }
    // ok: goto-after-braceless-if
    good = verify(hash_);

    for (const auto &extra : extras_) {
        if (!add(extra))
            // ok: goto-after-braceless-if
            goto fail;
        count_ += 1;
    }

fail:
    hash_.reset();
    return good;
}

}  // namespace tls
