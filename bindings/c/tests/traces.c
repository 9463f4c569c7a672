/*
 * Nothing left behind. With "memory": after everything was freed, no byte of the process's memory holds a name, a
 * number, a PIN or a certificate. With "quiet": the kernel kills the process if the library opens, reads or writes
 * anything, and no variable of the environment is read.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "tegata.h"
#include "tegata_simulator.h"

#include "check.h"

#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#define NOW 1780272000
/* What is looked for is never in memory as it is, but under this. */
#define MASK 0x5a
#define MAX_NEEDLES 32

typedef struct needle {
    const char *what;
    uint8_t masked[64];
    size_t length;
} needle;

static needle needles[MAX_NEEDLES];
static size_t needle_count;
/* Memory is looked at through this window, which is not looked at itself. */
static uint8_t window[1 << 20];
/* The caller's own buffer, wiped before the last look. */
static uint8_t own[1 << 16];
static int environment_reads;

/* The library finds this one before the C library's. */
char *getenv(const char *name) {
    (void)name;
    environment_reads++;
    return NULL;
}

/* Takes note of bytes, and wipes them where they were. */
static void look_for(const char *what, void *bytes, size_t length) {
    needle *added = &needles[needle_count++];
    size_t index;
    CHECK(needle_count <= MAX_NEEDLES && length >= 6);
    added->what = what;
    added->length = length < sizeof added->masked ? length : sizeof added->masked;
    for (index = 0; index < added->length; index++) added->masked[index] = ((uint8_t *)bytes)[index] ^ MASK;
    tegata_wipe(bytes, length);
}

static size_t count_in_window(const needle *wanted, size_t length) {
    const uint8_t *at = window, *end = window + length;
    size_t found = 0, index;
    while (at < end && (at = (const uint8_t *)memchr(at, wanted->masked[0] ^ MASK, (size_t)(end - at))) != NULL) {
        for (index = 0; index < wanted->length && at + index < end; index++)
            if ((at[index] ^ MASK) != wanted->masked[index]) break;
        found += index == wanted->length;
        at++;
    }
    return found;
}

/* How often anything that was taken note of stands in memory; "say" says where. */
static size_t look(int say) {
    static char list[1 << 16];
    char *line, *rest = list;
    size_t length = 0, found = 0, index;
    int memory = open("/proc/self/mem", O_RDONLY), maps = open("/proc/self/maps", O_RDONLY);
    ssize_t got;
    CHECK(memory >= 0 && maps >= 0);
    while ((got = read(maps, list + length, sizeof list - 1 - length)) > 0) length += (size_t)got;
    list[length] = 0;
    while ((line = strtok_r(rest, "\n", &rest)) != NULL) {
        unsigned long at, to, begin = (unsigned long)window, end = begin + sizeof window;
        char rights[5];
        CHECK(sscanf(line, "%lx-%lx %4s", &at, &to, rights) == 3);
        /* What cannot be written holds what was compiled. */
        while (rights[0] == 'r' && rights[1] == 'w' && at < to) {
            size_t want = to - at < sizeof window ? to - at : sizeof window;
            if (at >= begin && at < end) {
                at = end;
                continue;
            }
            if (at < begin && at + want > begin) want = begin - at;
            got = pread(memory, window, want, (off_t)at);
            if (got <= 0) break;
            for (index = 0; index < needle_count; index++) {
                size_t here = count_in_window(&needles[index], (size_t)got);
                if (here > 0 && say) fprintf(stderr, "%s: %lu times in %s\n", needles[index].what, (unsigned long)here, line);
                found += here;
            }
            /* What lies across two windows is seen in the second. */
            at += (size_t)got;
            if (at < to && (size_t)got == sizeof window) at -= sizeof needles[0].masked;
        }
    }
    close(memory);
    close(maps);
    return found;
}

static void note(int noting, const char *what, void *bytes, size_t length) {
    if (noting && length >= 6) look_for(what, bytes, length);
}

/* A certificate: verified, shown, drawn, read back from the picture. */
static void certificate_shown(int noting, const tegata_verifier *verifier, content text) {
    tegata_certificate *certificate;
    tegata_report *report;
    size_t length, index, count;
    CHECK(tegata_verify_text(verifier, (char *)text.bytes, text.length, NOW, &certificate, &report) == TEGATA_OK);
    CHECK(tegata_report_json(report, (char *)own, sizeof own, &length) == TEGATA_OK);
    note(noting, "JSON of the report", own + length - 90, 90);
    for (index = 0;; index++) {
        if (tegata_certificate_line_value(certificate, TEGATA_ENGLISH, index, (char *)own, sizeof own, &length) != 0) break;
        /* Words that stand in every library are no traces. */
        if (index >= 1 && index <= 4) note(noting, "line of the certificate", own, length);
    }
    /* That something is found while it is there shows that looking finds. */
    if (noting) CHECK(look(0) >= 1);
    CHECK(tegata_qr_png((char *)text.bytes, text.length, NULL, own, sizeof own, &length) == TEGATA_OK);
    tegata_certificate_free(certificate);
    tegata_report_free(report);
    CHECK(tegata_verify_image(verifier, own, length, 0, NOW, &count, &certificate, &report) == TEGATA_OK);
    tegata_certificate_free(certificate);
    tegata_report_free(report);
    note(noting, "text of the certificate", text.bytes + text.length / 2, 60);
    tegata_wipe(text.bytes, text.length);
}

/* A card: read with its PIN, verified, and made an application of. */
static void card_read(int noting, tegata_simulator *reader, const tegata_card_verifier *verifier) {
    static uint8_t command[96], answer[260];
    static const uint8_t challenge[32] = {1, 2, 3};
    char pin[4];
    size_t length, answer_length;
    tegata_card_request request;
    tegata_card_session *session;
    tegata_card_files *files;
    tegata_identity *identity;
    tegata_application_request application;
    int32_t rc;
    memcpy(pin, "4821", sizeof pin);
    memset(&request, 0, sizeof request);
    request.size = sizeof request;
    request.consent_seconds = NOW;
    request.pin = pin;
    request.pin_length = sizeof pin;
    request.challenge = challenge;
    request.challenge_length = sizeof challenge;
    request.flags = TEGATA_CARD_NUMBER;
    CHECK(tegata_card_session_new(&request, &session) == TEGATA_OK);
    tegata_wipe(pin, sizeof pin);
    while ((rc = tegata_card_session_command(session, command, sizeof command, &length)) == TEGATA_OK && length > 0) {
        CHECK(tegata_simulator_transmit(reader, command, length, answer, sizeof answer, &answer_length) == 0);
        if (length == 9 && command[1] == 0x20) note(noting, "PIN as it is sent", command, length);
        rc = tegata_card_session_answer(session, answer, answer_length);
        CHECK(rc == TEGATA_OK);
    }
    CHECK(rc == TEGATA_OK);
    tegata_wipe(command, sizeof command);
    tegata_wipe(answer, sizeof answer);
    CHECK(tegata_card_session_files(session, TEGATA_CARD_TEXT_APPLICATION, &files) == TEGATA_OK);
    CHECK(tegata_card_verify(verifier, files, NULL, 0, NULL, 0, &identity, NULL) == TEGATA_OK);
    CHECK(tegata_card_files_get(files, 1, own, sizeof own, &length) == TEGATA_OK);
    note(noting, "individual number", own + 3, 12);
    CHECK(tegata_identity_text(identity, TEGATA_IDENTITY_NAME, (char *)own, sizeof own, &length) == TEGATA_OK);
    note(noting, "name on the card", own, length);
    CHECK(tegata_identity_text(identity, TEGATA_IDENTITY_ADDRESS, (char *)own, sizeof own, &length) == TEGATA_OK);
    note(noting, "address on the card", own, length);
    memset(&application, 0, sizeof application);
    application.size = sizeof application;
    application.profiles = TEGATA_PROFILE_JP;
    application.municipality = "131202";
    application.municipality_length = 6;
    application.terms = "2026-04";
    application.terms_length = 7;
    application.challenge = challenge;
    application.challenge_length = sizeof challenge;
    CHECK(tegata_application_write(session, &application, own, sizeof own, &length) == TEGATA_OK);
    tegata_identity_free(identity);
    tegata_card_files_free(files);
    tegata_card_session_free(session);
}

/* From here on the kernel allows memory and waiting, and nothing that touches anything outside. */
static void allow_nothing_else(void) {
    static const int allowed[] = {SYS_mmap,   SYS_munmap,    SYS_mremap, SYS_mprotect, SYS_madvise,    SYS_brk,
                                  SYS_futex,  SYS_getrandom, SYS_gettid, SYS_sched_yield, SYS_exit_group};
    struct sock_filter code[2 + 2 * sizeof allowed / sizeof *allowed];
    struct sock_fprog program;
    const struct sock_filter load = BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr));
    const struct sock_filter pass = BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
    const struct sock_filter stop = BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS);
    size_t index, count = 0;
    code[count++] = load;
    for (index = 0; index < sizeof allowed / sizeof *allowed; index++) {
        const struct sock_filter is = BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)allowed[index], 0, 1);
        code[count++] = is;
        code[count++] = pass;
    }
    code[count++] = stop;
    program.len = (unsigned short)count;
    program.filter = code;
    CHECK(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0);
    CHECK(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0);
}

int main(int argc, char **argv) {
    static content signer, text;
    static char authorities[1 << 16];
    static const char pin[] = "4821";
    tegata_simulator_holder holder;
    tegata_simulator *reader;
    tegata_trust_builder *builder;
    tegata_trust *trust;
    tegata_verifier *verifier;
    tegata_card_verifier *card_verifier;
    size_t length;
    int noting;
    CHECK(argc == 3);
    noting = strcmp(argv[2], "memory") == 0;
    signer = read_file(argv[1], "signer.pem");
    text = read_file(argv[1], "certificate.txt");
    while (text.bytes[text.length - 1] <= ' ') text.length--;
    if (!noting) allow_nothing_else();

    memset(&holder, 0, sizeof holder);
    holder.pin = pin;
    holder.pin_length = 4;
    CHECK(tegata_simulator_new(11, 1, &holder, &reader) == 0);
    CHECK(tegata_simulator_authorities(reader, authorities, sizeof authorities, &length) == 0);
    CHECK(tegata_card_verifier_new(0, authorities, length, &card_verifier) == TEGATA_OK);
    CHECK(tegata_trust_builder_new(0, &builder) == TEGATA_OK);
    CHECK(tegata_trust_builder_add_signers(builder, signer.bytes, signer.length, NULL) == TEGATA_OK);
    CHECK(tegata_trust_builder_build(builder, &trust) == TEGATA_OK);
    CHECK(tegata_verifier_new(trust, NULL, &verifier) == TEGATA_OK);

    certificate_shown(noting, verifier, text);
    card_read(noting, reader, card_verifier);
    /* A fault must be as quiet as everything else. */
    CHECK(tegata_simulator_panic() == TEGATA_INTERNAL_PANIC);
    tegata_wipe(own, sizeof own);

    tegata_simulator_free(reader);
    tegata_card_verifier_free(card_verifier);
    tegata_verifier_free(verifier);
    tegata_trust_free(trust);
    tegata_trust_builder_free(builder);
    CHECK(environment_reads == 0);
    if (!noting) _exit(0);
    CHECK(needle_count >= 8);
    CHECK(look(1) == 0);
    free(text.bytes);
    free(signer.bytes);
    puts("traces: ok");
    return 0;
}
