/*
 * cmpp_pdu.h — the units of the China Mobile Peer to Peer protocol, 2.0 and 3.0, as bytes
 * and back.
 *
 * Numbers are big-endian; texts are left-aligned in fields of fixed width, filled with
 * NUL; Total_Length counts the header of 12 bytes. The versions differ in the width of
 * telephone numbers (21 or 32), of states and results (1 or 4), in the types behind the
 * numbers and in the last field of SUBMIT and DELIVER (8 or 20). QUERY and CANCEL are not
 * here: a sender of single messages has no use for them, and a carrier never sends them.
 *
 * Pure; owns nothing; any thread.
 */
#ifndef GATEWAYS_CMPP_PDU_H
#define GATEWAYS_CMPP_PDU_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/compiler.h"

enum cmpp_version {
    CMPP_20 = 0x20,
    CMPP_30 = 0x30,
};

#define CMPP_CONNECT     UINT32_C(1)
#define CMPP_TERMINATE   UINT32_C(2)
#define CMPP_SUBMIT      UINT32_C(4)
#define CMPP_DELIVER     UINT32_C(5)
#define CMPP_ACTIVE_TEST UINT32_C(8)
#define CMPP_ANSWER      UINT32_C(0x80000000) /* added to the command that is answered */

enum {
    CMPP_HEADER = 12,
    CMPP_DESTS = 99,      /* phones of one SUBMIT: fewer than 100 */
    CMPP_PDU_MOST = 4096, /* longer than the longest SUBMIT */
    CMPP_HASH = 16,
    CMPP_CONTENT = 255, /* what Msg_Length can say; carriers take 140, or 160 of ASCII */
};

/* CONNECT status, SUBMIT and DELIVER result. */
enum {
    CMPP_OK = 0,
    CMPP_CONNECT_STRUCTURE = 1,
    CMPP_CONNECT_SOURCE = 2,
    CMPP_CONNECT_SECRET = 3,
    CMPP_CONNECT_VERSION = 4,
    CMPP_FLOW_CONTROL = 8,
};

struct cmpp_connect {
    char source[7];
    uint8_t authenticator[CMPP_HASH];
    uint8_t version;
    uint32_t timestamp; /* MMDDhhmmss as a number */
};

struct cmpp_connect_resp {
    uint32_t status;
    uint8_t authenticator[CMPP_HASH];
    uint8_t version;
};

struct cmpp_submit {
    uint64_t msg_id; /* 0 when we send it */
    uint8_t pk_total, pk_number;
    uint8_t registered_delivery, msg_level;
    char service_id[11];
    uint8_t fee_user_type;
    char fee_terminal[33];
    uint8_t fee_terminal_type; /* 3.0 */
    uint8_t tp_pid, tp_udhi, msg_fmt;
    char msg_src[7], fee_type[3], fee_code[7], valid_time[18], at_time[18];
    char src_id[22];
    uint8_t dest_count;
    char dest[CMPP_DESTS][33];
    uint8_t dest_type; /* 3.0 */
    uint8_t length;
    uint8_t content[CMPP_CONTENT];
    char link_id[21]; /* 2.0: Reserve */
};

struct cmpp_deliver {
    uint64_t msg_id;
    char dest_id[22], service_id[11];
    uint8_t tp_pid, tp_udhi, msg_fmt;
    char src_terminal[33];
    uint8_t src_terminal_type;   /* 3.0 */
    uint8_t registered_delivery; /* 0 a reply, 1 a report */
    uint8_t length;
    uint8_t content[CMPP_CONTENT];
    char link_id[21]; /* 2.0: Reserved */
};

/* The answer to SUBMIT and to DELIVER. */
struct cmpp_result {
    uint64_t msg_id;
    uint32_t result;
};

struct cmpp_pdu {
    uint32_t command, sequence;
    union {
        struct cmpp_connect connect;
        struct cmpp_connect_resp connect_resp;
        struct cmpp_submit submit;
        struct cmpp_deliver deliver;
        struct cmpp_result result;
        uint8_t reserved; /* ACTIVE_TEST's answer */
    };
};

/* What stands in the content of a DELIVER with Registered_Delivery 1. */
struct cmpp_report {
    uint64_t msg_id; /* as SUBMIT's answer named it */
    char stat[8];
    char submit_time[11], done_time[11]; /* YYMMDDhhmm */
    char dest[33];
    uint32_t smsc_sequence;
};

/*
 * The PDU as bytes; returns their number, 0 where a number or a text does not fit its
 * field or the command is none of these.
 */
NODISCARD size_t cmpp_pack(const struct cmpp_pdu *pdu, enum cmpp_version version,
                           uint8_t out[CMPP_PDU_MOST]);

/*
 * Reads exactly one PDU of `length` bytes. False where Total_Length says otherwise, the
 * command is unknown, or a field ends too late or too early; `out` is then undefined.
 */
NODISCARD bool cmpp_unpack(const void *bytes, size_t length, enum cmpp_version version,
                           struct cmpp_pdu *out);

/*
 * How long the PDU is that begins with these bytes; 0 where fewer than four are there.
 * False where no PDU can be so long or so short.
 */
NODISCARD bool cmpp_length(const uint8_t *bytes, size_t length, size_t *out);

/*
 * The answer to CONNECT in the form that its own length has: a gateway of another version
 * answers in its own form. *form is that version.
 */
NODISCARD bool cmpp_unpack_connect_resp(const void *bytes, size_t length,
                                        struct cmpp_pdu *out, enum cmpp_version *form);

/* A report's content, 60 bytes or 71: some gateways of 3.0 send the short form. */
NODISCARD bool cmpp_report_unpack(const void *bytes, size_t length,
                                  struct cmpp_report *out);
NODISCARD size_t cmpp_report_pack(const struct cmpp_report *report,
                                  enum cmpp_version version, uint8_t out[CMPP_CONTENT]);

/* MD5(source, 9 NUL, secret, timestamp as ten digits). */
void cmpp_authenticator(const char *source, const char *secret, uint32_t timestamp,
                        uint8_t out[CMPP_HASH]);

/* The gateway's: MD5(status as it is sent, our authenticator, secret). */
void cmpp_authenticator_ismg(uint32_t status, enum cmpp_version form,
                             const uint8_t ours[CMPP_HASH], const char *secret,
                             uint8_t out[CMPP_HASH]);

#endif
