/*
 * sanitized.h — whether this test was built with the address sanitizer. It looks at
 * memory, which a few draws of a lot touch as many do: what is counted over thousands is
 * counted where the same test runs without it.
 */
#ifndef TESTS_SANITIZED_H
#define TESTS_SANITIZED_H

#ifdef __SANITIZE_ADDRESS__
enum { SANITIZED = 1 };
#else
enum { SANITIZED = 0 };
#endif

#endif
