/*
 * forms.h — gateways that send approved texts only: which of the vendor's templates
 * stands for which of our texts, what it reads like, and what fills it.
 *
 * `forms = survey:SMS_1001, survey.en:SMS_1002, remind:SMS_1003:12` names a template for
 * a text: the text's key, ".en" where it is the English one, the vendor's code, and where
 * the vendor takes short values only, how many characters at the most.
 *
 * The approved text is ours (templates/sms, its first line) with three changes: no
 * signature, because the vendor adds it; optional pieces always stand, because a vendor
 * knows none; two values side by side get a comma between them, because vendors refuse
 * them so. Variables are numbered in the order in which they occur; one that occurs again
 * is a variable of its own ("letter", "letter2" …), because vendors take each but once.
 *
 * Own nothing; any thread.
 */
#ifndef GATEWAYS_FORMS_H
#define GATEWAYS_FORMS_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/compiler.h"
#include "base/error.h"
#include "gateways/gateway.h"

enum {
    FORMS_MOST = 48,
    FORM_KEY = 24,
    FORM_CODE = 40,
    FORM_NAME = 20,
    FORM_VALUE_CHARS = 35, /* of a value, where the settings say nothing */
};

struct form {
    char key[FORM_KEY]; /* "survey", "survey.en" */
    char code[FORM_CODE];
    int value_chars;
};

struct forms {
    struct form each[FORMS_MOST];
    int count;
};

enum form_notation {
    FORM_NAMED,    /* ${d}, Alibaba Cloud */
    FORM_NUMBERED, /* {1}, Tencent Cloud */
};

/*
 * Reads the setting, parted by blanks or commas; NULL is none. ERROR_SETUP for what is no
 * form, a key that we have no text for, or one that is named twice.
 */
NODISCARD bool forms_read(const char *text, struct forms *out, struct error *err);

/*
 * The form for a message: of its language, else the Chinese one. ERROR_LATER where there
 * is none: nothing else may be sent, but a text may be registered before the message
 * expires.
 */
NODISCARD bool forms_find(const struct forms *f, const struct sms_mt *mt,
                          const struct form **out, struct error *err);

/* One variable and what fills it, in the order of the text. */
typedef void form_each(void *self, const char *name, const char *value);

/*
 * Calls `each` for every variable of the form's text. A matter that is not named becomes
 * "事项", a day or window that is not known "日前" and "窗口"; names that are too long
 * are cut. ERROR_REFUSED where a value is missing or too long that cannot be cut.
 */
NODISCARD bool forms_fill(const struct form *form, const struct sms_mt *mt,
                          form_each *each, void *self, struct error *err);

/* Adds the text to register for a key as in `forms`; false where we have no such text. */
bool forms_text(const char *key, enum form_notation notation, struct buf *out);

/* Adds what to register for every text, with its code where `f` names one. */
void forms_list(const struct forms *f, enum form_notation notation, struct buf *out);

#endif
