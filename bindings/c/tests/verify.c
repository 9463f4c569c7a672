/* Verifying certificates and cards, drawing QR codes: what each call gives, over its whole life. */
#include "tegata.h"

#include "check.h"

/* 2026-06-01T00:00:00Z */
#define NOW 1780272000

static tegata_verifier *verifier_of(content signer) {
    tegata_trust_builder *builder;
    tegata_trust *trust;
    tegata_verifier *verifier;
    size_t dropped;
    CHECK(tegata_trust_builder_new(0, &builder) == TEGATA_OK);
    CHECK(tegata_trust_builder_add_signers(builder, signer.bytes, signer.length, &dropped) == TEGATA_OK);
    CHECK(dropped == 0);
    CHECK(tegata_trust_builder_build(builder, &trust) == TEGATA_OK);
    CHECK(tegata_trust_signer_count(trust) == 1);
    CHECK(tegata_trust_refused_count(trust) == 0);
    CHECK(tegata_verifier_new(trust, NULL, &verifier) == TEGATA_OK);
    tegata_trust_free(trust);
    tegata_trust_builder_free(builder);
    return verifier;
}

/* An accepted certificate has content; each getter tells the length first. */
static void accepted(const tegata_verifier *verifier, content text) {
    tegata_certificate *certificate;
    tegata_report *report;
    tegata_check check;
    char buffer[4096];
    size_t length, index, again;
    int64_t expires;
    int32_t rc = tegata_verify_text(verifier, (const char *)text.bytes, text.length, NOW, &certificate, &report);
    CHECK(rc == TEGATA_OK && certificate != NULL && report != NULL);
    CHECK(tegata_report_status(report) == TEGATA_ACCEPTED);
    CHECK(tegata_report_number(report) == 0 && tegata_report_code(report) == 0);
    for (index = 0; tegata_report_check(report, index, &check) == TEGATA_OK; index++) {
        CHECK(check.stage != NULL && check.code == 0 && check.result <= TEGATA_CHECK_PASS);
        CHECK(strcmp(check.stage, TEGATA_STAGE_SIGNATURE) != 0 || check.result == TEGATA_CHECK_PASS);
    }
    CHECK(index == 11);
    CHECK(tegata_report_json(report, NULL, 0, &length) == TEGATA_OK && length > 100);
    memset(buffer, 'x', sizeof buffer);
    CHECK(tegata_report_json(report, buffer, length - 1, &again) == TEGATA_BUFFER_TOO_SMALL);
    CHECK(again == length && buffer[0] == 'x');
    CHECK(tegata_report_json(report, buffer, sizeof buffer, &again) == TEGATA_OK && again == length);
    CHECK(memcmp(buffer, "{\"status\":\"accepted\"", 20) == 0 && buffer[length - 1] == '}' && buffer[length] == 'x');
    CHECK(tegata_report_message(report, TEGATA_ENGLISH, buffer, sizeof buffer, &length) == TEGATA_OK && length == 0);
    CHECK(tegata_certificate_text(certificate, TEGATA_CERTIFICATE_ISSUER, buffer, sizeof buffer, &length) == TEGATA_OK);
    CHECK(length == 2 && memcmp(buffer, "JP", 2) == 0);
    CHECK(tegata_certificate_text(certificate, 99, buffer, sizeof buffer, &length) == TEGATA_INVALID_ARGUMENT);
    CHECK(tegata_certificate_time(certificate, TEGATA_CERTIFICATE_EXPIRES_AT, &expires) == TEGATA_OK && expires > NOW);
    CHECK(tegata_certificate_time(certificate, TEGATA_CERTIFICATE_NOT_BEFORE, &expires) == TEGATA_NOT_AVAILABLE);
    CHECK(expires == 0);
    for (index = 0; tegata_certificate_line_value(certificate, TEGATA_JAPANESE, index, buffer, sizeof buffer, &length) == 0;
         index++) {
        CHECK(length > 0);
        CHECK(tegata_certificate_line_label(certificate, TEGATA_JAPANESE, index, buffer, sizeof buffer, &length) == 0);
    }
    CHECK(index > 3);
    tegata_report_free(report);
    /* A certificate outlives its report. */
    CHECK(tegata_certificate_line_value(certificate, TEGATA_ENGLISH, 0, NULL, 0, &length) == TEGATA_OK && length > 0);
    tegata_certificate_free(certificate);
    CHECK(tegata_verify_text(verifier, (const char *)text.bytes, text.length, NOW, NULL, NULL) == TEGATA_OK);
}

/* One that is not accepted has a report alone, and the last error says why. */
static void not_accepted(const tegata_verifier *verifier, content text, int64_t now, int32_t code) {
    tegata_certificate *certificate = (tegata_certificate *)1;
    tegata_report *report;
    char buffer[4096];
    size_t length;
    int32_t rc = tegata_verify_text(verifier, (const char *)text.bytes, text.length, now, &certificate, &report);
    CHECK(rc == code && certificate == NULL && report != NULL);
    CHECK(tegata_last_error(buffer, 1, &length) == TEGATA_BUFFER_TOO_SMALL && length > 10);
    CHECK(tegata_last_error(buffer, sizeof buffer, &length) == TEGATA_OK && length > 10);
    CHECK(strncmp(buffer, tegata_code_stage(code), strlen(tegata_code_stage(code))) == 0);
    CHECK(tegata_report_status(report) == TEGATA_REJECTED && tegata_report_number(report) == code);
    CHECK(tegata_report_message(report, TEGATA_JAPANESE, buffer, sizeof buffer, &length) == TEGATA_OK && length > 10);
    CHECK(tegata_report_json(report, buffer, sizeof buffer, &length) == TEGATA_OK);
    tegata_report_free(report);
}

static void drawn_and_read_back(const tegata_verifier *verifier, content text) {
    tegata_qr_options options;
    tegata_certificate *certificate;
    tegata_report *report;
    uint8_t *png;
    char *svg;
    size_t length, again, count;
    memset(&options, 0, sizeof options);
    options.size = sizeof options;
    options.module_pixels = 3;
    while (text.length > 0 && text.bytes[text.length - 1] <= ' ') text.length--;
    CHECK(tegata_qr_png((const char *)text.bytes, text.length, &options, NULL, 0, &length) == TEGATA_OK);
    png = (uint8_t *)malloc(length);
    CHECK(tegata_qr_png((const char *)text.bytes, text.length, &options, png, length, &again) == TEGATA_OK);
    CHECK(again == length && memcmp(png, "\x89PNG", 4) == 0);
    CHECK(tegata_verify_image(verifier, png, length, 0, NOW, &count, &certificate, &report) == TEGATA_OK && count == 1);
    tegata_certificate_free(certificate);
    tegata_report_free(report);
    CHECK(tegata_verify_image(verifier, png, length, 1, NOW, &count, NULL, NULL) == TEGATA_NOT_AVAILABLE);
    CHECK(tegata_verify_image(verifier, text.bytes, text.length, 0, NOW, &count, NULL, &report)
          == TEGATA_IMAGE_UNREADABLE);
    CHECK(report != NULL && count == 0);
    tegata_report_free(report);
    free(png);
    CHECK(tegata_qr_svg((const char *)text.bytes, text.length, NULL, NULL, 0, &length) == TEGATA_OK);
    svg = (char *)malloc(length);
    CHECK(tegata_qr_svg((const char *)text.bytes, text.length, NULL, svg, length, &length) == TEGATA_OK);
    CHECK(memcmp(svg, "<svg ", 5) == 0);
    free(svg);
    options.error_correction = 9;
    CHECK(tegata_qr_svg((const char *)text.bytes, text.length, &options, NULL, 0, &length) == TEGATA_INVALID_ARGUMENT);
    options.size = sizeof options + 8;
    CHECK(tegata_qr_svg((const char *)text.bytes, text.length, &options, NULL, 0, &length) == TEGATA_INVALID_ARGUMENT);
    options.size = 4;
    CHECK(tegata_qr_svg((const char *)text.bytes, text.length, &options, NULL, 0, &length) == TEGATA_INVALID_ARGUMENT);
}

static void card(const char *folder) {
    static const char *const names[] = {"card/text-0001-physical.bin", "card/text-0002.bin", "card/text-0003.bin",
                                        "card/text-0004.bin", "card/text-0005.bin", "", "card/text-0007.bin"};
    content authorities = read_file(folder, "card/authorities.json");
    tegata_card_verifier *verifier;
    tegata_card_files *files;
    tegata_identity *identity;
    tegata_card_report *report;
    tegata_check check;
    char buffer[4096];
    uint8_t changed[4096];
    size_t length, index;
    uint32_t id;
    CHECK(tegata_card_files_new(TEGATA_CARD_TEXT_APPLICATION, &files) == TEGATA_OK);
    for (id = 1; id <= 7; id++) {
        content file;
        if (id == 6) continue;
        file = read_file(folder, names[id - 1]);
        CHECK(tegata_card_files_insert(files, id, file.bytes, file.length) == TEGATA_OK);
        free(file.bytes);
    }
    CHECK(tegata_card_verifier_new(0, NULL, 0, &verifier) == TEGATA_OK);
    CHECK(tegata_card_verify(verifier, files, NULL, 0, NULL, 0, &identity, &report) == TEGATA_UNKNOWN_AUTHORITY);
    CHECK(identity == NULL && tegata_card_report_status(report) == TEGATA_REJECTED);
    CHECK(tegata_card_report_number(report) == TEGATA_UNKNOWN_AUTHORITY);
    tegata_card_report_free(report);
    tegata_card_verifier_free(verifier);
    CHECK(tegata_card_verifier_new(0, (const char *)authorities.bytes, authorities.length, &verifier) == TEGATA_OK);
    CHECK(tegata_card_verify(verifier, files, NULL, 0, NULL, 0, &identity, &report) == TEGATA_OK);
    for (index = 0; tegata_card_report_check(report, index, &check) == TEGATA_OK; index++) CHECK(check.code == 0);
    CHECK(index == 9 && tegata_card_report_status(report) == TEGATA_ACCEPTED);
    CHECK(tegata_card_report_json(report, buffer, sizeof buffer, &length) == TEGATA_OK);
    tegata_card_report_free(report);
    for (id = TEGATA_IDENTITY_NAME; id <= TEGATA_IDENTITY_HIERARCHY; id++)
        CHECK(tegata_identity_text(identity, id, buffer, sizeof buffer, &length) == TEGATA_OK && length > 0);
    CHECK(memcmp(buffer, "other", 5) == 0);
    CHECK(tegata_identity_covers_number(identity) == 1 && tegata_identity_presence(identity) == 0);
    tegata_identity_free(identity);
    /* A changed byte anywhere in what is signed fails closed. */
    CHECK(tegata_card_files_get(files, 2, changed, sizeof changed, &length) == TEGATA_OK);
    changed[length - 12] ^= 1;
    CHECK(tegata_card_files_insert(files, 2, changed, length) == TEGATA_OK);
    CHECK(tegata_card_verify(verifier, files, NULL, 0, NULL, 0, &identity, NULL) != TEGATA_OK && identity == NULL);
    CHECK(tegata_card_files_get(files, 6, NULL, 0, &length) == TEGATA_NOT_AVAILABLE && length == 0);
    CHECK(tegata_card_files_insert(files, 8, changed, length) == TEGATA_INVALID_ARGUMENT);
    tegata_card_files_free(files);
    tegata_card_verifier_free(verifier);
    free(authorities.bytes);
}

int main(int argc, char **argv) {
    content signer, text, forged;
    tegata_verifier *verifier;
    char buffer[256];
    size_t length;
    CHECK(argc == 2);
    CHECK(tegata_abi_version() == TEGATA_ABI_VERSION && strlen(tegata_version()) >= 5);
    signer = read_file(argv[1], "signer.pem");
    text = read_file(argv[1], "certificate.txt");
    forged = read_file(argv[1], "forged.txt");
    verifier = verifier_of(signer);
    accepted(verifier, text);
    not_accepted(verifier, forged, NOW, TEGATA_SIGNATURE_INVALID);
    not_accepted(verifier, signer, NOW, TEGATA_MISSING_PREFIX);
    not_accepted(verifier, text, 4102444800, TEGATA_EXPIRED);
    drawn_and_read_back(verifier, text);
    card(argv[1]);
    CHECK(strcmp(tegata_code_name(TEGATA_EXPIRED), "expired") == 0 && tegata_code_name(1) == NULL);
    CHECK(tegata_code_meaning(TEGATA_EXPIRED, TEGATA_JAPANESE, buffer, sizeof buffer, &length) == TEGATA_OK);
    CHECK(tegata_code_advice(TEGATA_EXPIRED, TEGATA_ENGLISH, buffer, sizeof buffer, &length) == TEGATA_OK);
    CHECK(tegata_mrz_check("P<", 2, NOW) == TEGATA_MRZ_WRONG_LENGTH);
    tegata_verifier_free(verifier);
    free(signer.bytes);
    free(text.bytes);
    free(forged.bytes);
    puts("verify: ok");
    return 0;
}
