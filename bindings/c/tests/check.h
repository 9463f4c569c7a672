/* What the C tests share: a check that names its place, and reading whole files. */
#ifndef CHECK_H
#define CHECK_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHECK(condition) \
    do { \
        if (!(condition)) { \
            fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition); \
            exit(1); \
        } \
    } while (0)

typedef struct content {
    uint8_t *bytes;
    size_t length;
} content;

/* Reads a file of a folder; the program frees it. */
static inline content read_file(const char *folder, const char *name) {
    char path[4096];
    content read = {NULL, 0};
    FILE *file;
    long size;
    CHECK(snprintf(path, sizeof path, "%s/%s", folder, name) < (int)sizeof path);
    file = fopen(path, "rb");
    CHECK(file != NULL);
    CHECK(fseek(file, 0, SEEK_END) == 0);
    size = ftell(file);
    CHECK(size >= 0);
    rewind(file);
    read.length = (size_t)size;
    read.bytes = (uint8_t *)malloc(read.length + 1);
    CHECK(read.bytes != NULL);
    CHECK(fread(read.bytes, 1, read.length, file) == read.length);
    fclose(file);
    return read;
}

#endif
