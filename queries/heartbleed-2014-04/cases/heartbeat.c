#include <arpa/inet.h>
#include <string.h>

struct record {
    unsigned char *data;
    unsigned int length;
};

int echo(struct record *in, unsigned char *out)
{
    unsigned char *p = in->data;
    unsigned int payload;
    unsigned char kind = *p++;

    // bug: copy-of-unchecked-length
    n2s(p, payload);
    if (kind == 1) {
        *out++ = 2;
        memcpy(out, p, payload);
    }
    return 0;
}

int name_of(const struct packet *in, char *out)
{
    // bug: copy-of-unchecked-length
    uint16_t length = ntohs(in->name_length);
    memmove(out, in->name, length);
    out[length] = 0;
    return 0;
}

int assigned(const struct packet *in, char *out)
{
    size_t length;

    // bug: copy-of-unchecked-length
    length = ntohl(in->length);
    memcpy(out, in->body, length);
    return 0;
}

int checked(struct record *in, unsigned char *out)
{
    unsigned char *p = in->data;
    unsigned int payload;

    // ok: copy-of-unchecked-length
    n2s(p, payload);
    if (1 + 2 + payload + 16 > in->length)
        return 0;
    memcpy(out, p, payload);
    return 0;
}

int checked_the_other_way(const struct packet *in, char *out, size_t room)
{
    // ok: copy-of-unchecked-length
    uint32_t length = ntohl(in->length);
    if (room >= length) {
        memcpy(out, in->body, length);
    }
    return 0;
}

int only_read(const struct packet *in)
{
    // The number is not the length of a copy.
    // ok: copy-of-unchecked-length
    uint16_t port = ntohs(in->port);
    return connect_to(in->host, port);
}

int of_a_known_size(const struct packet *in, char *out)
{
    // ok: copy-of-unchecked-length
    uint16_t kind = ntohs(in->kind);
    memcpy(out, in->body, sizeof(in->body));
    return kind;
}
