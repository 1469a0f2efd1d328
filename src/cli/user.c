/*
 * user.c — see user.h.
 *
 * Promise: a password comes from stdin, one line, never from a flag or the environment;
 * on a terminal it is asked for and not shown. Works beside a running server.
 */
#include "cli/user.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "cli/command.h"
#include "cli/folder.h"
#include "store/second_store.h"
#include "store/session_store.h"
#include "work/breached.h"
#include "work/options.h"

static const char actor[] = "command";

struct call {
    const char *data, *config, *role_word, *name;
    const char *clerk, *window, *department, *place;
    enum role role;
    char password[PASSWORD_MOST * 4 + 2];
    char hash[PASSWORD_HASH];
    int64_t id;
};

static bool add(struct store *st, void *self, int64_t now_ms, struct error *err)
{
    struct call *call = self;

    return account_add(st, call->name, call->role, call->place, call->hash, actor, now_ms,
                       &call->id, err);
}

/* One line of stdin, without its end. On a terminal the letters are not shown. */
static bool read_password(struct call *call, struct error *err)
{
    struct termios old, quiet;
    bool terminal = isatty(STDIN_FILENO) && tcgetattr(STDIN_FILENO, &old) == 0;
    size_t length;
    bool read;

    if (terminal) {
        quiet = old;
        quiet.c_lflag &= ~(tcflag_t)ECHO;
        fprintf(stderr, "Password for %s: ", call->name);
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet);
    }
    read = fgets(call->password, sizeof(call->password), stdin) != NULL;
    if (terminal) {
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &old);
        fprintf(stderr, "\n");
    }
    if (!read)
        return error_field(err, "password",
                           "The password is read from stdin, and there is none.");
    length = strlen(call->password);
    if (length > 0 && call->password[length - 1] == '\n')
        length--;
    else if (length == sizeof(call->password) - 1)
        return error_field(err, "password", "A password has %d characters at most.",
                           PASSWORD_MOST);
    if (length > 0 && call->password[length - 1] == '\r')
        length--;
    call->password[length] = '\0';
    return true;
}

/* Is it in the list that the settings name? Where they or it cannot be read, `err` tells.
 */
static bool became_known(const struct call *call, struct error *err)
{
    struct settings *s = settings_new(options_table, options_count);
    bool found = false;
    bool ok = options_read(s, call->config, environ, err) &&
              breached_find(settings_text(s, "staff.breached_passwords"), call->password,
                            &found, err);

    settings_free(s);
    return ok && found;
}

/* PASSWORD_FINE also where the store or the settings fail, which `err` then tells. */
static enum password_fault judge(struct store *st, const struct call *call,
                                 struct error *err)
{
    enum password_fault fault =
        password_judge(PASSWORD_MLPS3, call->password, call->name);
    bool local = false;

    if (fault != PASSWORD_FINE || !password_local(st, call->password, &local, err))
        return fault;
    if (local)
        return PASSWORD_LOCAL;
    return became_known(call, err) ? PASSWORD_BREACHED : PASSWORD_FINE;
}

static int run_add(struct folder *f, struct call *call)
{
    struct error err = {0};
    bool ok;

    if (f->store.hall == 0)
        error_set(&err, ERROR_SETUP,
                  "The folder %s holds no hall yet. Run: yiping hall import", f->path);
    ok = err.kind == ERROR_NONE && account_name_fits(call->name, &err) &&
         read_password(call, &err) &&
         password_refuse(PASSWORD_MLPS3, judge(&f->store, call, &err), &err) &&
         err.kind == ERROR_NONE;
    if (ok)
        crypt_password_hash(call->password, &f->world, call->hash);
    crypt_wipe(call->password, sizeof(call->password));
    if (!ok || !folder_write(f, add, call, &err)) {
        if (err.kind == ERROR_INPUT) { /* what was typed, not the configuration */
            fprintf(stderr, "yiping user add: %s\n", err.text);
            return EXIT_USAGE;
        }
        return command_fail("user add", &err);
    }
    fprintf(stderr, "%s can log in as %s.\n", call->name, role_name(call->role));
    return EXIT_DONE;
}

/* == What is done to an account by whoever holds the machine ====================== */

static bool get_account(struct store *st, const struct call *call, struct account *out,
                        struct error *err)
{
    bool found;

    return account_find(st, call->name, out, &found, err) &&
           (found || error_set(err, ERROR_ABSENT, "There is no account %s.", call->name));
}

static bool end(struct store *st, void *self, int64_t now_ms, struct error *err)
{
    struct account account;

    return get_account(st, self, &account, err) &&
           account_end(st, account.id, actor, now_ms, err);
}

static bool unlock(struct store *st, void *self, int64_t now_ms, struct error *err)
{
    struct account account;

    return get_account(st, self, &account, err) &&
           account_unlock(st, &account, actor, now_ms, err);
}

static bool take_second(struct store *st, void *self, int64_t now_ms, struct error *err)
{
    struct account account;

    return get_account(st, self, &account, err) &&
           second_end(st, account.id, actor, now_ms, err) &&
           sessions_end(st, account.id, NULL, actor, now_ms, err);
}

static bool set_password(struct store *st, void *self, int64_t now_ms, struct error *err)
{
    struct call *call = self;
    struct account account;

    return get_account(st, call, &account, err) &&
           account_password(st, account.id, call->hash, actor, now_ms, err);
}

static const struct deed {
    const char *verb;
    bool (*work)(struct store *st, void *self, int64_t now_ms, struct error *err);
    bool password; /* it wants one on stdin */
    const char *done;
} deeds[] = {
    {"end", end, false, "has ended"},
    {"unlock", unlock, false, "may try again"},
    {"second", take_second, false, "has no second factor any more"},
    {"password", set_password, true, "has another password"},
};

static int run_deed(struct folder *f, struct call *call, const struct deed *deed)
{
    struct error err = {0};
    bool ok = !deed->password ||
              (read_password(call, &err) &&
               password_refuse(PASSWORD_MLPS3, judge(&f->store, call, &err), &err) &&
               err.kind == ERROR_NONE);

    if (ok && deed->password)
        crypt_password_hash(call->password, &f->world, call->hash);
    crypt_wipe(call->password, sizeof(call->password));
    if (ok && folder_write(f, deed->work, call, &err)) {
        fprintf(stderr, "%s %s.\n", call->name, deed->done);
        return EXIT_DONE;
    }
    if (err.kind != ERROR_INPUT)
        return command_fail("user", &err);
    fprintf(stderr, "yiping user %s: %s\n", deed->verb, err.text);
    return EXIT_USAGE;
}

static const struct deed *find_deed(const char *verb)
{
    for (size_t i = 0; i < LENGTH(deeds); i++)
        if (strcmp(deeds[i].verb, verb) == 0)
            return &deeds[i];
    return NULL;
}

static void print_account(void *self, const struct account *account)
{
    const struct hall_frame *frame = self;
    char created[ZONE_ISO] = "-";

    if (frame != NULL)
        zone_iso(frame->zone, account->created_ms, created);
    printf("%" PRId64 "\t%s\t%s\t%s\t%s%s\n", account->id, role_name(account->role),
           created, account->name, account->place[0] != '\0' ? account->place : "-",
           account->ended ? "\tended" : "");
}

static int run_list(struct folder *f)
{
    struct error err = {0};

    if (!accounts_each(&f->store, print_account, (void *)f->store.frame, &err))
        return command_fail("user list", &err);
    return EXIT_DONE;
}

/* Three roles are tied to a place, and each says it by a flag of its own. */
static int read_place(struct call *call)
{
    const struct {
        enum role role;
        const char *flag, *code;
    } ties[] = {
        {ROLE_CLERK, "--clerk", call->clerk},
        {ROLE_WINDOW_HEAD, "--window", call->window},
        {ROLE_DEPARTMENT, "--department", call->department},
    };

    for (size_t i = 0; i < LENGTH(ties); i++) {
        if (ties[i].role == call->role && ties[i].code == NULL)
            return command_usage("user", "An account of the role %s needs %s CODE.",
                                 role_name(call->role), ties[i].flag);
        if (ties[i].role == call->role)
            call->place = ties[i].code;
        else if (ties[i].code != NULL)
            return command_usage("user", "%s does not go with the role %s.", ties[i].flag,
                                 role_name(call->role));
    }
    return EXIT_DONE;
}

static int read_call(int argc, char **argv, bool adding, struct call *call)
{
    for (int i = 2; i < argc; i++)
        if (!command_option(argc, argv, &i, "--data", &call->data) &&
            !command_option(argc, argv, &i, "--config", &call->config) &&
            !command_option(argc, argv, &i, "--role", &call->role_word) &&
            !command_option(argc, argv, &i, "--name", &call->name) &&
            !command_option(argc, argv, &i, "--clerk", &call->clerk) &&
            !command_option(argc, argv, &i, "--window", &call->window) &&
            !command_option(argc, argv, &i, "--department", &call->department))
            return command_usage("user", "%s is not known here.", argv[i]);
    if (call->data == NULL)
        return command_usage("user", "Name the data folder: --data DIR");
    if (!adding && find_deed(argv[1]) != NULL && call->name == NULL)
        return command_usage("user", "Name the account: --name NAME");
    if (!adding)
        return EXIT_DONE;
    if (call->role_word == NULL || call->name == NULL)
        return command_usage("user", "yiping user add --data DIR --role ROLE --name NAME "
                                     "(the password on stdin)");
    call->role = role_parse(call->role_word, ROLES_ACCOUNT);
    if (call->role == ROLE_NONE)
        return command_usage("user",
                             "%s is no role. One of system, security, audit, clerk, "
                             "window_head, department, hall, organisation, inspection.",
                             call->role_word);
    return read_place(call);
}

int cli_user(int argc, char **argv)
{
    const char *verb = argc > 1 ? argv[1] : "";
    bool adding = strcmp(verb, "add") == 0;
    const struct deed *deed = find_deed(verb);
    struct call call = {0};
    struct error err = {0};
    struct folder f;
    int code;

    if (!adding && deed == NULL && strcmp(verb, "list") != 0)
        return command_usage("user",
                             "Say what: add, list, password, unlock, second or end.");
    code = read_call(argc, argv, adding, &call);
    if (code != EXIT_DONE)
        return code;
    if (!folder_open(call.data, FOLDER_MUST_EXIST, &f, &err))
        return command_fail("user", &err);
    code = adding         ? run_add(&f, &call)
           : deed != NULL ? run_deed(&f, &call, deed)
                          : run_list(&f);
    folder_close(&f);
    return code;
}
