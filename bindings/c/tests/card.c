/* The dialogue with a simulated card: PIN, order, removal, and the application that is made of it. */
#include "tegata.h"
#include "tegata_simulator.h"

#include "check.h"

static const uint8_t challenge[32] = {7, 1, 2, 3};

static void prepare(tegata_card_request *request, const char *pin) {
    memset(request, 0, sizeof *request);
    request->size = sizeof *request;
    request->consent_seconds = 1780272000;
    request->pin = pin;
    request->pin_length = strlen(pin);
    request->challenge = challenge;
    request->challenge_length = sizeof challenge;
    request->flags = TEGATA_CARD_NUMBER;
}

/* Runs the dialogue; the card is removed after so many commands. */
static int32_t run(tegata_card_session *session, tegata_simulator *reader, int commands) {
    uint8_t command[96], answer[260];
    size_t length, answer_length;
    int32_t rc;
    while ((rc = tegata_card_session_command(session, command, sizeof command, &length)) == TEGATA_OK && length > 0) {
        if (commands-- == 0) {
            return tegata_card_session_removed(session);
        }
        CHECK(tegata_simulator_transmit(reader, command, length, answer, sizeof answer, &answer_length) == 0);
        rc = tegata_card_session_answer(session, answer, answer_length);
        if (rc != TEGATA_OK) return rc;
    }
    return rc;
}

static void application(tegata_card_session *session) {
    tegata_application_request request;
    uint8_t message[16384];
    size_t length, again;
    memset(&request, 0, sizeof request);
    request.size = sizeof request;
    request.channel = TEGATA_CHANNEL_KIOSK;
    request.profiles = TEGATA_PROFILE_JP | TEGATA_PROFILE_DVC;
    request.municipality = "131202";
    request.municipality_length = 6;
    request.terms = "2026-04";
    request.terms_length = 7;
    request.challenge = challenge;
    request.challenge_length = sizeof challenge;
    CHECK(tegata_application_write(session, &request, NULL, 0, &length) == TEGATA_OK && length > 500);
    CHECK(tegata_application_write(session, &request, message, sizeof message, &again) == TEGATA_OK && again == length);
    request.travel_document = "P<JPN";
    request.travel_document_length = 5;
    CHECK(tegata_application_write(session, &request, NULL, 0, &length) == TEGATA_APPLICATION_FIELD_NOT_ALLOWED);
    request.travel_document_length = 0;
    request.municipality = "131203";
    CHECK(tegata_application_write(session, &request, NULL, 0, &length) == TEGATA_INVALID_ARGUMENT);
    request.municipality = "131202";
    request.profiles = 0;
    CHECK(tegata_application_write(session, &request, NULL, 0, &length) >= 2000);
    CHECK(tegata_application_write(NULL, &request, NULL, 0, &length) == TEGATA_NULL_ARGUMENT);
}

int main(void) {
    tegata_simulator_holder holder;
    tegata_simulator *reader;
    tegata_card_request request;
    tegata_card_session *session;
    tegata_card_files *files;
    tegata_card_verifier *verifier;
    tegata_identity *identity;
    uint8_t response[512];
    char authorities[65536];
    size_t length, response_length;
    uint32_t tries;
    memset(&holder, 0, sizeof holder);
    holder.pin = "4821";
    holder.pin_length = 4;
    CHECK(tegata_simulator_new(11, 1, &holder, &reader) == 0);

    /* Without consent, or without a PIN of four digits, there is no dialogue. */
    prepare(&request, "4821");
    request.consent_seconds = 0;
    CHECK(tegata_card_session_new(&request, &session) == TEGATA_INVALID_ARGUMENT && session == NULL);
    prepare(&request, "48x1");
    CHECK(tegata_card_session_new(&request, &session) == TEGATA_INVALID_ARGUMENT && session == NULL);

    /* A wrong PIN spends one try and says how many are left. */
    prepare(&request, "1111");
    CHECK(tegata_card_session_new(&request, &session) == TEGATA_OK);
    CHECK(tegata_card_session_tries_left(session, &tries) == TEGATA_NOT_AVAILABLE);
    CHECK(tegata_card_session_files(session, TEGATA_CARD_TEXT_APPLICATION, &files) == TEGATA_WRONG_ORDER);
    CHECK(run(session, reader, 1000) == TEGATA_PIN_WRONG);
    CHECK(tegata_card_session_tries_left(session, &tries) == TEGATA_OK && tries == 2);
    CHECK(tegata_card_session_command(session, NULL, 0, &length) == TEGATA_PIN_WRONG && length == 0);
    CHECK(tegata_card_session_answer(session, response, 2) == TEGATA_WRONG_ORDER);
    CHECK(tegata_card_session_files(session, TEGATA_CARD_TEXT_APPLICATION, &files) == TEGATA_PIN_WRONG);
    tegata_card_session_free(session);

    /* A card that is taken away too soon. */
    CHECK(tegata_simulator_place(reader, 1) == 0);
    prepare(&request, "4821");
    CHECK(tegata_card_session_new(&request, &session) == TEGATA_OK);
    CHECK(run(session, reader, 9) == TEGATA_CARD_REMOVED);
    CHECK(tegata_card_session_removed(session) == TEGATA_WRONG_ORDER);
    tegata_card_session_free(session);

    /* And one that is read. */
    CHECK(tegata_simulator_place(reader, 1) == 0);
    CHECK(tegata_card_session_new(&request, &session) == TEGATA_OK);
    CHECK(run(session, reader, 1000) == TEGATA_OK);
    CHECK(tegata_card_session_answer(session, response, 2) == TEGATA_WRONG_ORDER);
    CHECK(tegata_card_session_files(session, TEGATA_CARD_SURFACE_APPLICATION, &files) == TEGATA_NOT_AVAILABLE);
    CHECK(tegata_card_session_files(session, TEGATA_CARD_TEXT_APPLICATION, &files) == TEGATA_OK);
    CHECK(tegata_card_session_response(session, TEGATA_CARD_TEXT_APPLICATION, response, sizeof response,
                                       &response_length) == TEGATA_OK);
    application(session);
    CHECK(tegata_simulator_authorities(reader, authorities, sizeof authorities, &length) == 0);
    CHECK(tegata_card_verifier_new(0, authorities, length, &verifier) == TEGATA_OK);
    CHECK(tegata_card_verify(verifier, files, challenge, sizeof challenge, response, response_length, &identity, NULL)
          == TEGATA_OK);
    CHECK(tegata_identity_covers_number(identity) == 1 && tegata_identity_presence(identity) == 1);
    tegata_identity_free(identity);
    response[5] ^= 1;
    CHECK(tegata_card_verify(verifier, files, challenge, sizeof challenge, response, response_length, &identity, NULL)
          == TEGATA_PRESENCE_RESPONSE_INVALID);
    CHECK(tegata_card_verify(verifier, files, challenge, 31, response, response_length, &identity, NULL)
          == TEGATA_INVALID_ARGUMENT);
    tegata_card_verifier_free(verifier);
    tegata_card_files_free(files);
    tegata_card_session_free(session);

    /* The border, with a fault on purpose. */
    CHECK(tegata_simulator_panic() == TEGATA_INTERNAL_PANIC);
    CHECK(tegata_simulator_panic_or() == 7);
    CHECK(tegata_simulator_last_error(authorities, sizeof authorities, &length) == 0 && length > 0);
    authorities[length] = 0;
    CHECK(strstr(authorities, "purpose") == NULL);
    tegata_simulator_free(reader);
    puts("card: ok");
    return 0;
}
