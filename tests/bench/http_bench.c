/*
 * http_bench.c — a server for tests/bench/load: /plain answers at once, /wait is answered
 * after another thread has had it, in batches as the writer will. Ends on SIGTERM, and
 * says how many it answered.
 *
 *     http_bench 127.0.0.1:8099
 */
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "web/http.h"

struct shop {
    pthread_mutex_t lock;
    pthread_cond_t work;
    struct exchange *first; /* chained through x->state */
    struct http *http;
    bool end;
    int signals;
};

static void plain(struct exchange *x)
{
    static const char body[] = "{\"ok\":true}";

    exchange_answer_static(x, 200, "application/json", body, sizeof(body) - 1);
}

static void wait_done(struct exchange *x)
{
    x->state = NULL;
    plain(x);
}

static void wait_begin(struct exchange *x)
{
    struct shop *s = x->context;

    x->resume = wait_done;
    exchange_suspend(x);
    pthread_mutex_lock(&s->lock);
    x->state = s->first;
    s->first = x;
    if (x->state == NULL) /* the worker sleeps only while nothing is there */
        pthread_cond_signal(&s->work);
    pthread_mutex_unlock(&s->lock);
}

static void *worker(void *arg)
{
    struct shop *s = arg;

    for (;;) {
        struct exchange *x, *next;

        pthread_mutex_lock(&s->lock);
        while (s->first == NULL && !s->end)
            pthread_cond_wait(&s->work, &s->lock);
        x = s->first;
        s->first = NULL;
        pthread_mutex_unlock(&s->lock);
        if (x == NULL)
            return NULL;
        for (; x != NULL; x = next) {
            next = x->state;
            exchange_wake(x);
        }
    }
}

static void problem(struct exchange *x, int status, const char *text)
{
    buf_addf(&x->answer, "{\"status\":%d,\"title\":\"%s\"}", status, text);
    exchange_answer(x, status, "application/problem+json");
}

static void stop(void *arg)
{
    struct shop *s = arg;
    struct signalfd_siginfo info;

    if (read(s->signals, &info, sizeof(info)) > 0)
        http_drain(s->http, 1000);
}

static void show(void *arg, const struct http_route_metrics *m)
{
    (void)arg;
    fprintf(stderr, "%s 2xx=%lu 4xx=%lu 5xx=%lu\n", m->name,
            (unsigned long)m->by_class[1], (unsigned long)m->by_class[3],
            (unsigned long)m->by_class[4]);
}

int main(int count, char **words)
{
    static const struct route routes[] = {
        {METHOD_GET, "/plain", plain, 0, 0},
        {METHOD_POST, "/plain", plain, 0, 0},
        {METHOD_POST, "/wait", wait_begin, 0, 0},
        {METHOD_GET, "/api/v1/tickets/{id}", plain, 0, 0},
    };
    struct shop s = {.lock = PTHREAD_MUTEX_INITIALIZER, .work = PTHREAD_COND_INITIALIZER};
    struct http_config config = {.listen = count > 1 ? words[1] : "127.0.0.1:8099",
                                 .routes = routes,
                                 .route_count = LENGTH(routes),
                                 .problem = problem,
                                 .context = &s};
    struct error err = {0};
    struct world world;
    pthread_t thread;
    sigset_t set;

    world_real(&world);
    config.world = &world;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigprocmask(SIG_BLOCK, &set, NULL);
    s.signals = signalfd(-1, &set, SFD_CLOEXEC);
    if (!http_open(&config, &s.http, &err)) {
        fprintf(stderr, "%s (%s)\n", err.text, err.cause);
        return 1;
    }
    http_watch(s.http, s.signals, stop, &s);
    pthread_create(&thread, NULL, worker, &s);
    http_run(s.http);
    pthread_mutex_lock(&s.lock);
    s.end = true;
    pthread_cond_signal(&s.work);
    pthread_mutex_unlock(&s.lock);
    pthread_join(thread, NULL);
    http_metrics(s.http, show, NULL);
    http_close(s.http);
    return 0;
}
