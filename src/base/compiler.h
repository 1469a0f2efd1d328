/*
 * compiler.h — the few words of the compiler that the house uses. Little else belongs
 * here.
 */
#ifndef BASE_COMPILER_H
#define BASE_COMPILER_H

/* The caller must look at the result. */
#define NODISCARD __attribute__((warn_unused_result))

/* Arguments from `first` on are checked against the format at `fmt`. */
#define PRINTF_LIKE(fmt, first) __attribute__((format(printf, fmt, first)))

/* How many elements an array has; not for pointers. */
#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

#endif
