/*
 * options_rule.c — see options_rule.h.
 */
#include "work/options_rule.h"

#include <arpa/inet.h>
#include <string.h>

#include "base/crypt.h"
#include "domain/hook.h"

static const char digits[] = "0123456789";

/* A port of 1 to 65535, or 0 where the machine may choose one. */
static bool is_port(const char *text, int least)
{
    size_t length = strlen(text);
    int port = 0;

    if (length == 0 || length > 5 || strspn(text, digits) != length)
        return false;
    for (; *text != '\0'; text++)
        port = port * 10 + (*text - '0');
    return port >= least && port <= 65535;
}

static bool is_address(const char *text)
{
    unsigned char bytes[16];

    return inet_pton(AF_INET, text, bytes) == 1 || inet_pton(AF_INET6, text, bytes) == 1;
}

/* What stands before the last colon, without the brackets of IPv6; false where too long.
 */
static bool host_part(const char *text, char *out, size_t size, const char **port)
{
    const char *colon = strrchr(text, ':');
    size_t length = colon == NULL ? 0 : (size_t)(colon - text);

    if (length == 0 || length >= size)
        return false;
    if (text[0] == '[' && text[length - 1] == ']') {
        text++;
        length -= 2;
    }
    memcpy(out, text, length);
    out[length] = '\0';
    *port = colon + 1;
    return true;
}

const char *rule_listen(const char *text)
{
    const char *port;
    char host[64];

    if (host_part(text, host, sizeof(host), &port) && is_address(host) &&
        is_port(port, 0))
        return NULL;
    return "an IP address and a port, as in 127.0.0.1:8080 or [::1]:8080";
}

/* An address, or a network as 10.0.0.0/8. */
const char *rule_network(const char *text)
{
    char address[64];
    size_t length = strcspn(text, "/");
    const char *bits = text[length] == '/' ? text + length + 1 : NULL;
    int most;

    if (length >= sizeof(address))
        goto bad;
    memcpy(address, text, length);
    address[length] = '\0';
    most = strchr(address, ':') == NULL ? 32 : 128;
    if (!is_address(address))
        goto bad;
    if (bits == NULL || (strlen(bits) <= 3 && is_port(bits, 0)) ||
        strcmp(bits, "0") == 0) {
        int value = 0;

        for (const char *c = bits; c != NULL && *c != '\0'; c++)
            value = value * 10 + (*c - '0');
        if (value <= most)
            return NULL;
    }
bad:
    return "IP addresses and networks, as in 10.1.2.3 or 10.0.0.0/8";
}

static bool is_host(const char *host, size_t length)
{
    static const char letters[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-";

    return length > 0 && length <= 253 && strspn(host, letters) >= length &&
           host[0] != '.' && host[0] != '-';
}

static const char *after_scheme(const char *text)
{
    if (strncmp(text, "http://", 7) == 0)
        return text + 7;
    return strncmp(text, "https://", 8) == 0 ? text + 8 : NULL;
}

/* "host", "host:port" or "[v6]:port" before the first slash. */
static bool is_authority(const char *text, size_t length)
{
    char copy[300];
    char *colon;

    if (length >= sizeof(copy))
        return false;
    memcpy(copy, text, length);
    copy[length] = '\0';
    colon = strrchr(copy, ':');
    if (copy[0] == '[') {
        char *end = strchr(copy, ']');

        if (end == NULL || (end[1] != '\0' && !(end[1] == ':' && is_port(end + 2, 1))))
            return false;
        *end = '\0';
        return is_address(copy + 1);
    }
    if (colon != NULL && !is_port(colon + 1, 1))
        return false;
    return is_host(copy, colon == NULL ? length : (size_t)(colon - copy));
}

const char *rule_base_url(const char *text)
{
    const char *host = after_scheme(text);

    if (host != NULL && is_authority(host, strlen(host)))
        return NULL;
    return "http:// or https:// with a host and perhaps a port, without path or last "
           "slash";
}

const char *rule_host_port(const char *text)
{
    const char *colon = strrchr(text, ':');

    if (colon != NULL && is_port(colon + 1, 1) && is_authority(text, strlen(text)))
        return NULL;
    return "a host and a port, as in 192.168.1.50:9100";
}

const char *rule_access_number(const char *text)
{
    size_t length = strlen(text);

    if (text[0] == '+') {
        text++;
        length--;
    }
    if (length >= 3 && length <= 20 && strspn(text, digits) == length)
        return NULL;
    return "3 to 20 digits, perhaps with \"+\" before them";
}

/* A carrier's prefix: 1 to 14 digits, perhaps with "+" before them. */
const char *rule_prefix(const char *text)
{
    size_t plus = text[0] == '+' ? 1 : 0, length = strlen(text + plus);

    if (length >= 1 && length <= 14 && strspn(text + plus, digits) == length)
        return NULL;
    return "the first digits of phone numbers, as in 139 or +852";
}

const char *rule_url(const char *text)
{
    const char *host = after_scheme(text);

    if (host != NULL && strlen(text) < 512 && is_authority(host, strcspn(host, "/?")))
        return NULL;
    return "an address that begins with http:// or https://";
}

/* A host as it stands in an address, with or without its port. */
const char *rule_hook_host(const char *text)
{
    size_t length = strlen(text);

    if (length > 0 && length < 256 && is_authority(text, length))
        return NULL;
    return "hosts, with a port where only that one is meant, as in hooks.example.cn:8443";
}

const char *rule_hook_type(const char *text)
{
    if (hook_type_read(text) != HOOK_TYPES)
        return NULL;
    return "types as rating.recorded or case.closed; /openapi.json names all";
}

/* KEY:CODE, a text's name and the gateway's code for it. */
const char *rule_form(const char *text)
{
    const char *colon = strchr(text, ':');

    if (colon != NULL && colon > text && colon[1] != '\0')
        return NULL;
    return "names of texts with the gateway's codes, as in survey:SMS_1234";
}

const char *rule_box_key(const char *text)
{
    unsigned char key[CRYPT_BOX_KEY];

    return text[0] == '\0' || crypt_box_key_read(text, key)
               ? NULL
               : "a public key of 64 hexadecimal digits, or nothing";
}

const char *rule_path(const char *text)
{
    if (strchr(text, '\x01') == NULL && strlen(text) < 1024)
        return NULL;
    return "a path in the file system";
}

/* A socket in the file system, or an IP address and a port. */
const char *rule_syslog(const char *text)
{
    enum { SUN_PATH = 108 };
    const char *port;
    char host[64];

    if (text[0] == '/' ? strlen(text) < SUN_PATH && strchr(text, '\x01') == NULL
                       : host_part(text, host, sizeof(host), &port) && is_address(host) &&
                             is_port(port, 1))
        return NULL;
    return "a socket as /dev/log, or an IP address and a port as in 127.0.0.1:601";
}

const char *rule_ticket(const char *text)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                "0123456789-_";

    if (strlen(text) < 32 && strspn(text, plain) == strlen(text))
        return NULL;
    return "the name of a template: letters, digits, - and _";
}

const char *rule_header(const char *text)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                "0123456789-";

    if (text[0] != '\0' && strlen(text) < 64 && strspn(text, plain) == strlen(text))
        return NULL;
    return "the name of a header: letters, digits and -";
}

const char *rule_queue(const char *text)
{
    if (strlen(text) < 128 && text[strcspn(text, "\x01 /#?@\\\"'\t")] == '\0')
        return NULL;
    return "the name of a queue, without blanks and / # ? @ \\ \" '";
}
