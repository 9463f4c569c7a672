/*
 * A kiosk (キオスク端末) from consent to the printed certificate, against a simulated card:
 *
 *     cc kiosk.c -Iinclude -Ishare/tegata/simulator -Llib -Lshare/tegata/simulator -ltegata -ltegata-simulator -o kiosk
 *     ./kiosk signer.pem certificate.txt certificate.png
 *
 * In a real kiosk a PC/SC reader stands where "reader_transmit" is, and an encrypted connection to the municipality
 * where "municipality_..." is. The answer of the municipality is a file here.
 */
#include "tegata.h"
#include "tegata_simulator.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* The version of the terms on the screen, and the municipality that takes part. */
#define TERMS "2026-04"
#define MUNICIPALITY "131202"

static tegata_simulator *reader;

static int reader_transmit(const uint8_t *command, size_t length, uint8_t *answer, size_t capacity, size_t *got) {
    return tegata_simulator_transmit(reader, command, length, answer, capacity, got) == 0 && *got > 0;
}

/* 32 random bytes, used once, which the card has to answer; they come from the municipality. */
static void municipality_challenge(uint8_t challenge[32]) {
    FILE *random = fopen("/dev/urandom", "rb");
    if (random == NULL || fread(challenge, 1, 32, random) != 32) exit(2);
    fclose(random);
}

/* Sends the application and receives the certificate's text. */
static size_t municipality_issue(const uint8_t *message, size_t length, const char *path, char *text, size_t capacity) {
    FILE *file = fopen(path, "rb");
    size_t got = file == NULL ? 0 : fread(text, 1, capacity, file);
    if (file != NULL) fclose(file);
    printf("Sent an application of %lu bytes, received a certificate.\n", (unsigned long)length);
    (void)message;
    while (got > 0 && text[got - 1] <= ' ') got--;
    return got;
}

/* What a person is told: meaning and advice, in the language of the screen. Never the last error, which is for logs. */
static int tell(int32_t code) {
    char text[512];
    size_t length;
    if (tegata_code_meaning(code, TEGATA_JAPANESE, text, sizeof text, &length) == TEGATA_OK)
        printf("%.*s\n", (int)length, text);
    if (tegata_code_advice(code, TEGATA_JAPANESE, text, sizeof text, &length) == TEGATA_OK)
        printf("→ %.*s [%s]\n", (int)length, text, tegata_code_name(code));
    return 1;
}

/* Reads the card: one command out, one answer in, until there are none left. */
static int32_t read_card(tegata_card_session *session) {
    uint8_t command[96], answer[260];
    size_t length, got;
    int32_t rc;
    while ((rc = tegata_card_session_command(session, command, sizeof command, &length)) == TEGATA_OK && length > 0) {
        if (reader_transmit(command, length, answer, sizeof answer, &got))
            rc = tegata_card_session_answer(session, answer, got);
        else
            rc = tegata_card_session_removed(session);
        if (rc != TEGATA_OK) break;
    }
    tegata_wipe(command, sizeof command);
    tegata_wipe(answer, sizeof answer);
    return rc;
}

/* From the card to the message for the municipality. */
static int32_t apply(time_t consent, char pin[4], uint8_t *message, size_t capacity, size_t *length) {
    uint8_t challenge[32];
    tegata_card_request request;
    tegata_application_request application;
    tegata_card_session *session;
    int32_t rc;
    municipality_challenge(challenge);
    memset(&request, 0, sizeof request);
    request.size = sizeof request;
    request.consent_seconds = consent;
    request.pin = pin;
    request.pin_length = 4;
    request.challenge = challenge;
    request.challenge_length = sizeof challenge;
    request.flags = TEGATA_CARD_NUMBER;
    rc = tegata_card_session_new(&request, &session);
    tegata_wipe(pin, 4);
    if (rc == TEGATA_OK) rc = read_card(session);
    if (rc == TEGATA_OK) {
        memset(&application, 0, sizeof application);
        application.size = sizeof application;
        application.channel = TEGATA_CHANNEL_KIOSK;
        application.kind = TEGATA_KIND_DOMESTIC;
        application.profiles = TEGATA_PROFILE_JP;
        application.municipality = MUNICIPALITY;
        application.municipality_length = strlen(MUNICIPALITY);
        application.terms = TERMS;
        application.terms_length = strlen(TERMS);
        application.challenge = challenge;
        application.challenge_length = sizeof challenge;
        rc = tegata_application_write(session, &application, message, capacity, length);
    }
    tegata_card_session_free(session);
    return rc;
}

/* Who may sign: from the file the kiosk was given with its last update. */
static int32_t verifier_from(const char *path, tegata_verifier **verifier) {
    static uint8_t data[1 << 20];
    FILE *file = fopen(path, "rb");
    size_t length = file == NULL ? 0 : fread(data, 1, sizeof data, file);
    tegata_trust_builder *builder = NULL;
    tegata_trust *trust = NULL;
    int32_t rc = tegata_trust_builder_new(0, &builder);
    if (file != NULL) fclose(file);
    if (rc == TEGATA_OK) rc = tegata_trust_builder_add_signers(builder, data, length, NULL);
    if (rc == TEGATA_OK) rc = tegata_trust_builder_build(builder, &trust);
    if (rc == TEGATA_OK) rc = tegata_verifier_new(trust, NULL, verifier);
    tegata_trust_free(trust);
    tegata_trust_builder_free(builder);
    return rc;
}

/* Prints only what was verified. */
static int32_t print(const tegata_verifier *verifier, time_t now, const char *text, size_t length, const char *path) {
    static uint8_t image[1 << 20];
    size_t size;
    FILE *file;
    int32_t rc = tegata_verify_text(verifier, text, length, now, NULL, NULL);
    if (rc == TEGATA_OK) rc = tegata_qr_png(text, length, NULL, image, sizeof image, &size);
    if (rc == TEGATA_OK) {
        file = fopen(path, "wb");
        if (file == NULL || fwrite(image, 1, size, file) != size || fclose(file) != 0) rc = TEGATA_INTERNAL_ERROR;
    }
    tegata_wipe(image, sizeof image);
    return rc;
}

int main(int argc, char **argv) {
    static uint8_t message[16384];
    static char text[8192];
    char answer[16], pin[4] = {0};
    size_t length;
    time_t consent;
    tegata_verifier *verifier;
    tegata_simulator_holder holder = {0};
    int32_t rc;
    if (argc != 4 || tegata_abi_version() != TEGATA_ABI_VERSION) return 2;
    holder.pin = "1234";
    holder.pin_length = 4;
    if (tegata_simulator_new(1, 1, &holder, &reader) != 0) return 2;
    if ((rc = verifier_from(argv[1], &verifier)) != TEGATA_OK) return tell(rc);

    printf("利用規約（%s）に同意しますか。 Do you agree to the terms? [y/N] ", TERMS);
    fflush(stdout);
    setvbuf(stdin, NULL, _IONBF, 0); /* So that the PIN stands in no buffer of the C library. */
    if (fgets(answer, sizeof answer, stdin) == NULL || answer[0] != 'y') return 0;
    consent = time(NULL);
    do { /* Four digits and nothing else: each PIN that is sent may cost one of the holder's tries. */
        printf("\nカードを置き、暗証番号を入力してください。 Place your card and enter the PIN: ");
        fflush(stdout);
        if (fgets(answer, sizeof answer, stdin) == NULL) return 1;
    } while (strlen(answer) != 5 || strspn(answer, "0123456789") != 4);
    memcpy(pin, answer, sizeof pin);
    tegata_wipe(answer, sizeof answer);
    puts("");

    rc = apply(consent, pin, message, sizeof message, &length);
    puts("カードをお取りください。 Please take your card.");
    if (rc == TEGATA_OK) {
        length = municipality_issue(message, length, argv[2], text, sizeof text);
        tegata_wipe(message, sizeof message);
        rc = print(verifier, time(NULL), text, length, argv[3]);
        tegata_wipe(text, sizeof text);
    }
    if (rc == TEGATA_OK) puts("証明書をお取りください。 Please take your certificate.");
    tegata_verifier_free(verifier);
    tegata_simulator_free(reader);
    return rc == TEGATA_OK ? 0 : tell(rc);
}
