// Verifies a certificate from Java, through JNA:
//
//     java -cp jna.jar -Djna.library.path=lib Verify.java signer.pem certificate.txt
//
// Exit status 0 when it is accepted, 1 when it is not, 2 when something else is wrong.

import com.sun.jna.Library;
import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.LongByReference;
import com.sun.jna.ptr.PointerByReference;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;

public final class Verify {
    /** What of tegata.h is used here. A size_t is a long on 64-bit systems, a handle is a Pointer. */
    interface Tegata extends Library {
        Tegata LIBRARY = Native.load("tegata", Tegata.class);
        int ABI_VERSION = 1;
        int ENGLISH = 0;

        int tegata_abi_version();
        int tegata_trust_builder_new(int tolerances, PointerByReference builder);
        int tegata_trust_builder_add_signers(Pointer builder, byte[] data, long length, LongByReference dropped);
        int tegata_trust_builder_build(Pointer builder, PointerByReference trust);
        void tegata_trust_builder_free(Pointer builder);
        int tegata_verifier_new(Pointer trust, Pointer policy, PointerByReference verifier);
        void tegata_trust_free(Pointer trust);
        int tegata_verify_text(Pointer verifier, Pointer text, long length, long now,
                               PointerByReference certificate, PointerByReference report);
        int tegata_report_json(Pointer report, Pointer buffer, long capacity, LongByReference length);
        void tegata_report_free(Pointer report);
        void tegata_certificate_free(Pointer certificate);
        void tegata_verifier_free(Pointer verifier);
        int tegata_code_advice(int code, int language, byte[] buffer, long capacity, LongByReference length);
        void tegata_wipe(Pointer memory, long length);
    }

    private static final Tegata TEGATA = Tegata.LIBRARY;

    /** Everything but 0 is an error here; what a certificate got is looked at by the caller. */
    private static void must(int code) {
        if (code != 0) {
            byte[] advice = new byte[1024];
            LongByReference length = new LongByReference();
            TEGATA.tegata_code_advice(code, Tegata.ENGLISH, advice, advice.length, length);
            System.err.println(code + ": " + new String(advice, 0, (int) length.getValue(), StandardCharsets.UTF_8));
            System.exit(2);
        }
    }

    /** A verifier that trusts the signers in a file. It is made once, and shared between threads. */
    private static Pointer verifier(byte[] signers) {
        PointerByReference builder = new PointerByReference();
        PointerByReference trust = new PointerByReference();
        PointerByReference verifier = new PointerByReference();
        must(TEGATA.tegata_trust_builder_new(0, builder));
        must(TEGATA.tegata_trust_builder_add_signers(builder.getValue(), signers, signers.length, null));
        must(TEGATA.tegata_trust_builder_build(builder.getValue(), trust));
        must(TEGATA.tegata_verifier_new(trust.getValue(), null, verifier));
        TEGATA.tegata_trust_free(trust.getValue());
        TEGATA.tegata_trust_builder_free(builder.getValue());
        return verifier.getValue();
    }

    /** Memory outside of Java's heap can be wiped; strings cannot. */
    private static String json(Pointer report) {
        LongByReference length = new LongByReference();
        must(TEGATA.tegata_report_json(report, null, 0, length));
        Memory buffer = new Memory(length.getValue());
        must(TEGATA.tegata_report_json(report, buffer, buffer.size(), length));
        String json = new String(buffer.getByteArray(0, (int) length.getValue()), StandardCharsets.UTF_8);
        TEGATA.tegata_wipe(buffer, buffer.size());
        return json;
    }

    public static void main(String[] arguments) throws Exception {
        if (arguments.length != 2 || TEGATA.tegata_abi_version() != Tegata.ABI_VERSION) {
            System.exit(2);
        }
        Pointer verifier = verifier(Files.readAllBytes(Path.of(arguments[0])));
        byte[] read = Files.readAllBytes(Path.of(arguments[1]));
        Memory text = new Memory(read.length);
        text.write(0, read, 0, read.length);
        PointerByReference certificate = new PointerByReference();
        PointerByReference report = new PointerByReference();
        int code = TEGATA.tegata_verify_text(verifier, text, text.size(), Instant.now().getEpochSecond(), certificate, report);
        System.out.println(code == 0 ? "accepted" : "not accepted: " + code);
        System.out.println(json(report.getValue()));
        TEGATA.tegata_report_free(report.getValue());
        TEGATA.tegata_certificate_free(certificate.getValue());
        TEGATA.tegata_wipe(text, text.size());
        TEGATA.tegata_verifier_free(verifier);
        System.exit(code == 0 ? 0 : 1);
    }
}
