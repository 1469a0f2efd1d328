/*
 * wording.c — see wording.h. What a text says is the template's; that it fits is
 * sms_template.c's.
 */
#include "work/wording.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#include "domain/sms_template.h"

static void note_filled(void *self, const char *name, const char *value)
{
    json_object_set_new(self, name, json_string(value));
}

static bool render(struct store *st, const char *key, struct sms_values *v,
                   const struct wording *out, struct error *err)
{
    const char *text = texts_find(out->texts, key, v->lang);
    json_t *root;
    char *said;
    bool ok;

    if (text == NULL)
        return error_set(err, ERROR_SETUP, "There is no text \"%.40s\" for messages.",
                         key);
    v->sig = st->frame->signature;
    root = json_object();
    ok = sms_template_fill(text, v, out->form ? SMS_FORM : SMS_SHORTEN, note_filled, root,
                           out->text, err);
    said = json_dumps(root, JSON_COMPACT | JSON_PRESERVE_ORDER);
    buf_add_text(out->fill, said);
    free(said);
    json_decref(root);
    return ok;
}

static void day_of(struct store *st, const char *lang, int64_t at_ms,
                   char out[SMS_DAY_TEXT])
{
    struct local_time local;

    zone_local(st->frame->zone, at_ms, &local);
    sms_template_day(lang, local.month, local.day, out);
}

static const char *matter_of(const struct survey_case *c)
{
    return c->sensitive || c->matter[0] == '\0' ? NULL : c->matter;
}

bool wording_survey(struct store *st, const char *key, const char *lang,
                    const struct wording_case *cases, int count,
                    const struct wording *out, struct error *err)
{
    struct sms_values v = {.lang = lang};
    char day[SMS_DAY_TEXT], window[80], letter[2] = {cases[0].letter, '\0'};

    if (count == 1) {
        day_of(st, lang, cases[0].facts.closed_ms, day);
        snprintf(window, sizeof(window), "%s%s", cases[0].facts.window,
                 strncmp(lang, "zh", 2) == 0 ? "窗口" : "");
        v.d = day;
        v.w = window;
        v.m = matter_of(&cases[0].facts);
        v.letter = letter[0] != '\0' ? letter : NULL;
    }
    for (int i = 0; i < count && i < SMS_CASES_MAX; i++)
        v.cases[v.case_count++] =
            (struct sms_case){cases[i].letter, matter_of(&cases[i].facts)};
    return render(st, key, &v, out, err);
}

bool wording_remind(struct store *st, const char *lang, const struct survey_case *c,
                    int64_t until_ms, const struct wording *out, struct error *err)
{
    struct sms_values v = {.lang = lang};
    char day[SMS_DAY_TEXT], end[SMS_DAY_TEXT];

    day_of(st, lang, c->closed_ms, day);
    day_of(st, lang, until_ms, end);
    v.d = day;
    v.end = end;
    v.m = matter_of(c);
    return render(st, "remind", &v, out, err);
}

bool wording_remind_code(struct store *st, const char *lang,
                         const struct wording_case *cases, int count, int64_t until_ms,
                         const struct wording *out, struct error *err)
{
    struct sms_values v = {.lang = lang};
    char end[SMS_DAY_TEXT];

    day_of(st, lang, until_ms, end);
    v.end = end;
    for (int i = 0; i < count && i < SMS_CASES_MAX; i++)
        v.cases[v.case_count++] = (struct sms_case){cases[i].letter, NULL};
    return render(st, "remind_code", &v, out, err);
}

bool wording_promise(struct store *st, const char *lang, const struct survey_case *c,
                     int promised, int taken, const struct wording *out,
                     struct error *err)
{
    struct sms_values v = {.lang = lang, .m = matter_of(c)};
    char p[12], a[12];

    snprintf(p, sizeof(p), "%d", promised);
    snprintf(a, sizeof(a), "%d", taken);
    v.p = promised > 0 || out->form ? p : NULL; /* a form leaves no words out */
    v.a = a;
    return render(st, "promise", &v, out, err);
}

bool wording_recheck(struct store *st, const char *lang, const struct survey_case *c,
                     const struct wording *out, struct error *err)
{
    char day[SMS_DAY_TEXT];
    struct sms_values v = {.lang = lang, .m = matter_of(c), .d = day};

    day_of(st, lang, c->closed_ms, day);
    return render(st, "recheck", &v, out, err);
}

/* Where to go, or to wait: with its floor, where that is known. */
static void place_said(const char *lang, const char *what, int floor, char out[96])
{
    if (strncmp(lang, "en", 2) == 0)
        snprintf(out, 96, "window %s", what);
    else if (floor != 0)
        snprintf(out, 96, "%d楼%s", floor, what);
    else
        snprintf(out, 96, "%s", what);
}

bool wording_alert(struct store *st, const char *lang, const struct alert *a,
                   const struct wording *out, struct error *err)
{
    const bool english = strncmp(lang, "en", 2) == 0;
    char n[16], min[32], window[48], place[96];
    struct sms_values v = {.lang = lang, .no = a->ticket.number};

    if (!a->near) {
        snprintf(window, sizeof(window), "%s%s", a->ticket.window_code,
                 english ? "" : "窗口");
        place_said(lang, window, a->floor, place);
        v.w = place;
        return render(st, "called", &v, out, err);
    }
    snprintf(n, sizeof(n), "%d", a->ahead);
    v.n = n;
    snprintf(min, sizeof(min), "%d–%d", a->low_min, a->high_min);
    if (a->low_min >= 0)
        v.min = min;
    else if (out->form) /* its words cannot be left out, and a wish is no estimate */
        v.min = english ? "some" : "若干";
    place_said(lang, english ? "" : "等候区", a->floor, place);
    v.area = english ? NULL : place;
    return render(st, "near", &v, out, err);
}

/* A value of the detail: a text as it is, a number as the grade that it is. */
static const char *value_of(json_t *root, const char *key, const char *lang)
{
    json_t *value = json_object_get(root, key);

    if (json_is_integer(value))
        return sms_template_grade(lang, (int)json_integer_value(value));
    return json_string_value(value);
}

static const char *day_value(struct store *st, json_t *root, const char *key,
                             const char *ms_key, const char *lang, char out[SMS_DAY_TEXT])
{
    json_t *at = json_object_get(root, ms_key);

    if (!json_is_integer(at))
        return value_of(root, key, lang);
    day_of(st, lang, json_integer_value(at), out);
    return out;
}

bool wording_answer(struct store *st, const char *key, const char *lang,
                    const char *detail, const struct wording *out, struct error *err)
{
    json_t *root = json_loads(detail[0] != '\0' ? detail : "{}", 0, NULL);
    char day[SMS_DAY_TEXT], end[SMS_DAY_TEXT];
    struct sms_values v = {.lang = lang};
    const char *letter = value_of(root, "letter", lang);
    bool ok;

    if (letter != NULL) /* for the example of what to write */
        v.cases[v.case_count++] = (struct sms_case){.letter = letter[0]};
    v.d = day_value(st, root, "d", "d_ms", lang, day);
    v.end = day_value(st, root, "end", "end_ms", lang, end);
    v.w = value_of(root, "w", lang);
    v.m = value_of(root, "m", lang);
    v.g = value_of(root, "g", lang);
    v.g1 = value_of(root, "g1", lang);
    v.g2 = value_of(root, "g2", lang);
    v.rc = value_of(root, "rc", lang);
    v.wo = value_of(root, "wo", lang);
    v.no = value_of(root, "no", lang);
    v.n = value_of(root, "n", lang);
    v.min = value_of(root, "min", lang);
    v.area = value_of(root, "area", lang);
    v.res = value_of(root, "res", lang);
    ok = render(st, key, &v, out, err);
    json_decref(root);
    return ok;
}
