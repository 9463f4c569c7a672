/*
 * Makes the calls that another program asks for, so that suites can be run through the library as programs in C see
 * it: crates/tegata-conformance/tests/c_library.rs is that program.
 *
 *     surface < requests > answers
 *
 * Requests and answers are a count of fields, then each field after its length; counts and lengths are four bytes, the
 * most significant first. A request begins with the name of a call, an answer with the number that came back; numbers
 * are decimal text. With -DWITH_ISSUER it knows the calls of libtegata-issuer too.
 */
#include "tegata.h"
#ifdef WITH_ISSUER
#include "tegata_issuer.h"
#endif
#include "check.h"

enum { MOST_FIELDS = 64 };

typedef struct fields {
    uint32_t count;
    content field[MOST_FIELDS];
} fields;

static fields request, answer;

/* Each is what the last call that makes one made. */
static tegata_trust_builder *builder;
static tegata_verifier *verifier;
static tegata_card_verifier *card_verifier;
static tegata_card_files *card_files;
static tegata_card_session *session;

/* The fields of the request, from 1: field 0 names the call. */
static const uint8_t *bytes(uint32_t index) { return request.field[index].bytes; }
static const char *text(uint32_t index) { return (const char *)request.field[index].bytes; }
static size_t length(uint32_t index) { return request.field[index].length; }
static long long number(uint32_t index) { return strtoll(text(index), NULL, 10); }

static void give(const void *data, size_t size) {
    content *field = &answer.field[answer.count++];
    CHECK(answer.count <= MOST_FIELDS);
    field->bytes = (uint8_t *)malloc(size + 1);
    CHECK(field->bytes != NULL);
    if (size > 0) memcpy(field->bytes, data, size);
    field->length = size;
}

static void give_text(const char *given) { give(given, given == NULL ? 0 : strlen(given)); }

static void give_number(long long given) {
    char digits[32];
    CHECK(snprintf(digits, sizeof digits, "%lld", given) > 0);
    give_text(digits);
}

/* Gives what a getter copies: its length is asked for first, and a buffer that is one too short stays as it is. */
#define GIVE(type, getter, ...)                                                                      \
    do {                                                                                             \
        size_t needed, told, at;                                                                     \
        type *buffer;                                                                                \
        CHECK(getter(__VA_ARGS__, NULL, 0, &needed) == TEGATA_OK);                                   \
        buffer = (type *)malloc(needed + 1);                                                         \
        CHECK(buffer != NULL);                                                                       \
        memset(buffer, 0x5a, needed + 1);                                                            \
        if (needed > 0) {                                                                            \
            CHECK(getter(__VA_ARGS__, buffer, needed - 1, &told) == TEGATA_BUFFER_TOO_SMALL);        \
            CHECK(told == needed);                                                                   \
            for (at = 0; at < needed; at++) CHECK(buffer[at] == 0x5a);                               \
        }                                                                                            \
        CHECK(getter(__VA_ARGS__, buffer, needed, &told) == TEGATA_OK && told == needed);            \
        CHECK(buffer[needed] == 0x5a);                                                               \
        give(buffer, needed);                                                                        \
        free(buffer);                                                                                \
    } while (0)

static void give_check(const tegata_check *check) {
    give_text(check->stage);
    give_number(check->result);
    give_number(check->code);
}

/* number, status, the number of the report, its first failure, that one's name and stage, JSON, whether there is a
 * certificate, and then three fields a check. */
static void give_report(int32_t rc, tegata_report *report, tegata_certificate *certificate) {
    tegata_check check;
    size_t index;
    give_number(rc);
    if (report == NULL) {
        CHECK(certificate == NULL);
        return;
    }
    give_number(tegata_report_status(report));
    give_number(tegata_report_number(report));
    give_number(tegata_report_code(report));
    give_text(tegata_report_code(report) == 0 ? NULL : tegata_code_name(tegata_report_code(report)));
    give_text(tegata_report_code(report) == 0 ? NULL : tegata_code_stage(tegata_report_code(report)));
    GIVE(char, tegata_report_json, report);
    give_number(certificate != NULL);
    for (index = 0; tegata_report_check(report, index, &check) == TEGATA_OK; index++) give_check(&check);
    tegata_certificate_free(certificate);
    tegata_report_free(report);
}

static void begin(void) {
    tegata_trust_builder_free(builder);
    give_number(tegata_trust_builder_new((uint32_t)number(1), &builder));
}

static void add_signers(void) { give_number(tegata_trust_builder_add_signers(builder, bytes(1), length(1), NULL)); }

static void add_authorities(void) {
    give_number(tegata_trust_builder_add_authorities(builder, bytes(1), length(1), NULL));
}

static void offer_signers(void) { give_number(tegata_trust_builder_offer_signers(builder, bytes(1), length(1), NULL)); }

static void add_revocation(void) {
    give_number(tegata_trust_builder_add_revocation(builder, bytes(1), length(1)));
}

static void open_bundle(void) {
    give_number(tegata_trust_builder_open_bundle(builder, bytes(1), length(1), bytes(2), length(2), 0, NULL));
}

static void accept_bundle(void) {
    /* One variable for both numbers, as a program that keeps the last one would have it. */
    uint64_t last = (uint64_t)number(3);
    give_number(tegata_trust_builder_accept_bundle(builder, bytes(1), length(1), bytes(2), length(2),
                                                   length(3) == 0 ? NULL : &last, number(4), &last));
}

/* The verifier of what was gathered: then how many signers are trusted, and how many refused. */
static void build(void) {
    tegata_policy policy;
    tegata_trust *trust = NULL;
    memset(&policy, 0, sizeof policy);
    policy.size = sizeof policy;
    policy.strict = (uint32_t)number(1);
    policy.skew_seconds = (uint32_t)number(2);
    tegata_verifier_free(verifier);
    CHECK(tegata_trust_builder_build(builder, &trust) == TEGATA_OK);
    give_number(tegata_verifier_new(trust, &policy, &verifier));
    give_number((long long)tegata_trust_signer_count(trust));
    give_number((long long)tegata_trust_refused_count(trust));
    tegata_trust_free(trust);
}

static void verify_text(void) {
    tegata_certificate *certificate;
    tegata_report *report;
    int32_t rc = tegata_verify_text(verifier, text(1), length(1), number(2), &certificate, &report);
    CHECK(rc == tegata_verify_text(verifier, text(1), length(1), number(2), NULL, NULL));
    give_report(rc, report, certificate);
}

/* How many certificates the image holds comes last. */
static void verify_image(void) {
    tegata_certificate *certificate;
    tegata_report *report;
    size_t count;
    int32_t rc = tegata_verify_image(verifier, bytes(1), length(1), (size_t)number(2), number(3), &count, &certificate,
                                     &report);
    give_report(rc, report, certificate);
    give_number((long long)count);
}

static void list_verify(void) { give_number(tegata_trust_list_verify(bytes(1), length(1), bytes(2), length(2))); }

static void mrz_check(void) { give_number(tegata_mrz_check(text(1), length(1), number(2))); }

/* PNG and SVG. */
static void qr(void) {
    give_number(0);
    GIVE(uint8_t, tegata_qr_png, text(1), length(1), NULL);
    GIVE(char, tegata_qr_svg, text(1), length(1), NULL);
}

static void card_verifier_new(void) {
    tegata_card_verifier_free(card_verifier);
    give_number(tegata_card_verifier_new((uint32_t)number(1), text(2), length(2), &card_verifier));
}

static void card_files_new(void) {
    tegata_card_files_free(card_files);
    give_number(tegata_card_files_new((uint32_t)number(1), &card_files));
}

static void card_files_insert(void) {
    give_number(tegata_card_files_insert(card_files, (uint32_t)number(1), bytes(2), length(2)));
}

/* number, status, name and stage, JSON, whether there is an identity, whether it covers the number and whether a card
 * answered, and then three fields a check. */
static void card_verify(void) {
    tegata_identity *identity;
    tegata_card_report *report;
    tegata_check check;
    size_t index;
    int32_t rc = tegata_card_verify(card_verifier, card_files, bytes(1), length(1), bytes(2), length(2), &identity,
                                    &report);
    give_number(rc);
    if (report == NULL) return;
    CHECK(tegata_card_report_number(report) == rc);
    give_number(tegata_card_report_status(report));
    give_text(rc == 0 ? NULL : tegata_code_name(rc));
    give_text(rc == 0 ? NULL : tegata_code_stage(rc));
    GIVE(char, tegata_card_report_json, report);
    give_number(identity != NULL);
    give_number(tegata_identity_covers_number(identity));
    give_number(tegata_identity_presence(identity));
    for (index = 0; tegata_card_report_check(report, index, &check) == TEGATA_OK; index++) give_check(&check);
    tegata_identity_free(identity);
    tegata_card_report_free(report);
}

/* consent, PIN, code A, code B, challenge, flags. */
static void session_new(void) {
    tegata_card_request card;
    memset(&card, 0, sizeof card);
    card.size = sizeof card;
    card.consent_seconds = number(1);
    card.pin = text(2);
    card.pin_length = length(2);
    card.code_a = text(3);
    card.code_a_length = length(3);
    card.code_b = text(4);
    card.code_b_length = length(4);
    card.challenge = bytes(5);
    card.challenge_length = length(5);
    card.flags = (uint32_t)number(6);
    tegata_card_session_free(session);
    give_number(tegata_card_session_new(&card, &session));
}

static void session_command(void) {
    uint8_t command[96];
    size_t got;
    int32_t rc = tegata_card_session_command(session, command, sizeof command, &got);
    give_number(rc);
    if (rc == TEGATA_OK) give(command, got);
}

static void session_answer(void) { give_number(tegata_card_session_answer(session, bytes(1), length(1))); }

static void session_removed(void) { give_number(tegata_card_session_removed(session)); }

/* The files of an application become those that card_verify takes; then comes the response to the challenge. */
static void session_files(void) {
    int32_t rc;
    tegata_card_files_free(card_files);
    rc = tegata_card_session_files(session, (uint32_t)number(1), &card_files);
    give_number(rc);
    if (rc == TEGATA_OK) GIVE(uint8_t, tegata_card_session_response, session, (uint32_t)number(1));
}

/* channel, kind, profiles, municipality, terms, challenge, machine-readable lines. */
static void application_write(void) {
    tegata_application_request application;
    size_t needed;
    int32_t rc;
    memset(&application, 0, sizeof application);
    application.size = sizeof application;
    application.channel = (uint32_t)number(1);
    application.kind = (uint32_t)number(2);
    application.profiles = (uint32_t)number(3);
    application.municipality = text(4);
    application.municipality_length = length(4);
    application.terms = text(5);
    application.terms_length = length(5);
    application.challenge = bytes(6);
    application.challenge_length = length(6);
    application.travel_document = text(7);
    application.travel_document_length = length(7);
    rc = tegata_application_write(session, &application, NULL, 0, &needed);
    give_number(rc);
    if (rc == TEGATA_OK) GIVE(uint8_t, tegata_application_write, session, &application);
}

/* Name and stage of a number. */
static void code(void) {
    give_number(0);
    give_text(tegata_code_name((int32_t)number(1)));
    give_text(tegata_code_stage((int32_t)number(1)));
    if (tegata_code_name((int32_t)number(1)) == NULL) return;
    GIVE(char, tegata_code_meaning, (int32_t)number(1), TEGATA_ENGLISH);
    GIVE(char, tegata_code_meaning, (int32_t)number(1), TEGATA_JAPANESE);
    GIVE(char, tegata_code_advice, (int32_t)number(1), TEGATA_ENGLISH);
    GIVE(char, tegata_code_advice, (int32_t)number(1), TEGATA_JAPANESE);
}

static void last_error(void) {
    char message[512];
    size_t got;
    CHECK(tegata_last_error(message, sizeof message, &got) == TEGATA_OK);
    give_number(0);
    give(message, got);
}

#ifdef WITH_ISSUER
static tegata_signing_key *key;
static tegata_issuer *issuer;

static void key_load(void) {
    tegata_signing_key_free(key);
    give_number(tegata_signing_key_load(bytes(1), length(1), bytes(2), length(2), &key));
}

static void issuer_new(void) {
    tegata_issuer_free(issuer);
    give_number(tegata_issuer_new(bytes(1), length(1), &issuer));
}

/* record, profile, dose, time of issue, end, day of issue, ID, issuer claim. Gives text and ID. */
static void issue(void) {
    tegata_issue_request asked;
    tegata_issued *issued;
    int32_t rc;
    memset(&asked, 0, sizeof asked);
    asked.size = sizeof asked;
    asked.profile = (uint32_t)number(2);
    asked.dose = (uint32_t)number(3);
    asked.issued_at = number(4);
    asked.expires_at = number(5);
    asked.issue_date = text(6);
    asked.issue_date_length = length(6);
    asked.certificate_id = text(7);
    asked.certificate_id_length = length(7);
    asked.issuer = text(8);
    asked.issuer_length = length(8);
    rc = tegata_issuer_issue(issuer, key, text(1), length(1), &asked, &issued);
    give_number(rc);
    CHECK((rc == TEGATA_OK) == (issued != NULL));
    if (issued == NULL) return;
    GIVE(char, tegata_issued_text, issued);
    GIVE(char, tegata_issued_certificate_id, issued);
    tegata_issued_free(issued);
}
#endif

static const struct {
    const char *name;
    uint32_t arguments;
    void (*call)(void);
} CALLS[] = {
    {"begin", 1, begin},
    {"add-signers", 1, add_signers},
    {"add-authorities", 1, add_authorities},
    {"offer-signers", 1, offer_signers},
    {"add-revocation", 1, add_revocation},
    {"open-bundle", 2, open_bundle},
    {"accept-bundle", 4, accept_bundle},
    {"build", 2, build},
    {"verify-text", 2, verify_text},
    {"verify-image", 3, verify_image},
    {"list-verify", 2, list_verify},
    {"mrz-check", 2, mrz_check},
    {"qr", 1, qr},
    {"card-verifier-new", 2, card_verifier_new},
    {"card-files-new", 1, card_files_new},
    {"card-files-insert", 2, card_files_insert},
    {"card-verify", 2, card_verify},
    {"session-new", 6, session_new},
    {"session-command", 0, session_command},
    {"session-answer", 1, session_answer},
    {"session-removed", 0, session_removed},
    {"session-files", 1, session_files},
    {"application-write", 7, application_write},
    {"code", 1, code},
    {"last-error", 0, last_error},
#ifdef WITH_ISSUER
    {"key-load", 2, key_load},
    {"issuer-new", 1, issuer_new},
    {"issue", 8, issue},
#endif
};

/* Whether there was a number; the end of the input is allowed before a request alone. */
static int read_size(uint32_t *size, int first) {
    uint8_t four[4];
    size_t got = fread(four, 1, sizeof four, stdin);
    if (first && got == 0) return 0;
    CHECK(got == sizeof four);
    *size = (uint32_t)four[0] << 24 | (uint32_t)four[1] << 16 | (uint32_t)four[2] << 8 | four[3];
    return 1;
}

static void write_size(size_t size) {
    uint8_t four[4];
    CHECK(size <= 0x7fffffff);
    four[0] = (uint8_t)(size >> 24);
    four[1] = (uint8_t)(size >> 16);
    four[2] = (uint8_t)(size >> 8);
    four[3] = (uint8_t)size;
    CHECK(fwrite(four, 1, sizeof four, stdout) == sizeof four);
}

static void forget(fields *those) {
    uint32_t index;
    for (index = 0; index < those->count; index++) free(those->field[index].bytes);
    those->count = 0;
}

static int read_request(void) {
    uint32_t index, size, count;
    if (!read_size(&count, 1)) return 0;
    CHECK(count > 0 && count <= MOST_FIELDS);
    for (index = 0; index < count; index++) {
        content *field = &request.field[index];
        CHECK(read_size(&size, 0));
        /* With an end for what is read as a string. */
        field->bytes = (uint8_t *)calloc(1, (size_t)size + 1);
        CHECK(field->bytes != NULL);
        CHECK(fread(field->bytes, 1, size, stdin) == size);
        field->length = size;
        request.count++;
    }
    return 1;
}

int main(void) {
    size_t index;
    uint32_t field;
    const size_t calls = sizeof CALLS / sizeof CALLS[0];
    CHECK(tegata_abi_version() == TEGATA_ABI_VERSION);
    while (read_request()) {
        for (index = 0; index < calls && strcmp(CALLS[index].name, text(0)) != 0; index++) {}
        CHECK(index < calls && CALLS[index].arguments + 1 == request.count);
        CALLS[index].call();
        write_size(answer.count);
        for (field = 0; field < answer.count; field++) {
            write_size(answer.field[field].length);
            CHECK(fwrite(answer.field[field].bytes, 1, answer.field[field].length, stdout) == answer.field[field].length);
        }
        CHECK(fflush(stdout) == 0);
        forget(&request);
        forget(&answer);
    }
#ifdef WITH_ISSUER
    tegata_signing_key_free(key);
    tegata_issuer_free(issuer);
#endif
    tegata_card_session_free(session);
    tegata_card_files_free(card_files);
    tegata_card_verifier_free(card_verifier);
    tegata_verifier_free(verifier);
    tegata_trust_builder_free(builder);
    return 0;
}
