/* What a verification costs through this surface: its instructions are counted in the function of that name. */
#include "tegata.h"

#include "check.h"

#define NOW 1780272000
#define RUNS 16

void counted_c_calls(const tegata_verifier *verifier, content text);

/* Not static, so that the counter finds it by its name. */
void counted_c_calls(const tegata_verifier *verifier, content text) {
    int run;
    for (run = 0; run < RUNS; run++) {
        tegata_report *report;
        CHECK(tegata_verify_text(verifier, (const char *)text.bytes, text.length, NOW, NULL, &report) == TEGATA_OK);
        CHECK(tegata_report_status(report) == TEGATA_ACCEPTED);
        tegata_report_free(report);
    }
}

int main(int argc, char **argv) {
    content signer, text;
    tegata_trust_builder *builder;
    tegata_trust *trust;
    tegata_verifier *verifier;
    int run;
    CHECK(argc == 2);
    signer = read_file(argv[1], "signer.pem");
    text = read_file(argv[1], "certificate.txt");
    CHECK(tegata_trust_builder_new(0, &builder) == TEGATA_OK);
    CHECK(tegata_trust_builder_add_signers(builder, signer.bytes, signer.length, NULL) == TEGATA_OK);
    CHECK(tegata_trust_builder_build(builder, &trust) == TEGATA_OK);
    CHECK(tegata_verifier_new(trust, NULL, &verifier) == TEGATA_OK);
    /* By then the signer's key has its table. */
    for (run = 0; run < 8; run++)
        CHECK(tegata_verify_text(verifier, (const char *)text.bytes, text.length, NOW, NULL, NULL) == TEGATA_OK);
    counted_c_calls(verifier, text);
    tegata_verifier_free(verifier);
    tegata_trust_free(trust);
    tegata_trust_builder_free(builder);
    free(signer.bytes);
    free(text.bytes);
    return 0;
}
