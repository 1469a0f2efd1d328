/*
 * options_rule.h — what single values of the program's settings must look like.
 *
 * Each is the rule of a text that is not empty (setting_rule of base/settings.h): NULL
 * where it is right, else what is allowed, as the end of a sentence. Only the table of
 * options.c names them. Any thread.
 */
#ifndef WORK_OPTIONS_RULE_H
#define WORK_OPTIONS_RULE_H

#include "base/settings.h"

setting_rule rule_listen;   /* an IP address and a port, 0 where the machine may choose */
setting_rule rule_network;  /* an IP address or a network (CIDR) */
setting_rule rule_base_url; /* http(s), host and port alone */
setting_rule rule_host_port;     /* a host and a port */
setting_rule rule_access_number; /* the number that citizens see as the sender */
setting_rule rule_prefix;        /* a carrier's first digits */
setting_rule rule_url;           /* http(s) with a path */
setting_rule rule_hook_host;     /* a host as it stands in an address */
setting_rule rule_hook_type;     /* a type of what is told (domain/hook.h) */
setting_rule rule_form;    /* KEY:CODE, a text and the code of its registered form */
setting_rule rule_box_key; /* a public key (base/crypt.h) */
setting_rule rule_path;    /* a path in the file system */
setting_rule rule_syslog;  /* a socket in the file system, or an IP address and a port */
setting_rule rule_ticket;  /* a template's name */
setting_rule rule_header;  /* a header's name */
setting_rule rule_queue;   /* a queue of CUPS */

#endif
