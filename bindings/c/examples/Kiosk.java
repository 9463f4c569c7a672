// A kiosk (キオスク端末) in Java, through JNA, as kiosk.c is in C: from consent to the printed certificate, against a
// simulated card:
//
//     java -cp jna.jar -Djna.library.path=lib:simulator Kiosk.java signer.pem certificate.txt certificate.png
//
// In a real kiosk javax.smartcardio stands where "Simulator" is, and an encrypted connection to the municipality where
// a file is read. What is secret is in memory outside of Java's heap, which can be wiped; strings cannot.

import com.sun.jna.Library;
import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import com.sun.jna.Structure;
import com.sun.jna.ptr.LongByReference;
import com.sun.jna.ptr.PointerByReference;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Arrays;

public final class Kiosk {
    static final String TERMS = "2026-04";
    static final String MUNICIPALITY = "131202";

    /** What of tegata.h is used here. A size_t is a long on 64-bit systems, a handle is a Pointer. */
    interface Tegata extends Library {
        int ABI_VERSION = 1;
        int JAPANESE = 1;
        int CARD_NUMBER = 1;
        int PROFILE_JP = 1;

        @Structure.FieldOrder({"size", "consentSeconds", "pin", "pinLength", "codeA", "codeALength", "codeB",
            "codeBLength", "challenge", "challengeLength", "flags"})
        final class CardRequest extends Structure {
            public long size, consentSeconds;
            public Pointer pin;
            public long pinLength;
            public Pointer codeA;
            public long codeALength;
            public Pointer codeB;
            public long codeBLength;
            public Pointer challenge;
            public long challengeLength;
            public int flags;
        }

        @Structure.FieldOrder({"size", "channel", "kind", "profiles", "municipality", "municipalityLength", "terms",
            "termsLength", "challenge", "challengeLength", "travelDocument", "travelDocumentLength"})
        final class ApplicationRequest extends Structure {
            public long size;
            public int channel, kind, profiles;
            public Pointer municipality;
            public long municipalityLength;
            public Pointer terms;
            public long termsLength;
            public Pointer challenge;
            public long challengeLength;
            public Pointer travelDocument;
            public long travelDocumentLength;
        }

        int tegata_abi_version();
        int tegata_code_meaning(int code, int language, byte[] buffer, long capacity, LongByReference length);
        int tegata_code_advice(int code, int language, byte[] buffer, long capacity, LongByReference length);
        void tegata_wipe(Pointer memory, long length);
        int tegata_trust_builder_new(int tolerances, PointerByReference builder);
        int tegata_trust_builder_add_signers(Pointer builder, byte[] data, long length, LongByReference dropped);
        int tegata_trust_builder_build(Pointer builder, PointerByReference trust);
        void tegata_trust_builder_free(Pointer builder);
        void tegata_trust_free(Pointer trust);
        int tegata_verifier_new(Pointer trust, Pointer policy, PointerByReference verifier);
        void tegata_verifier_free(Pointer verifier);
        int tegata_verify_text(Pointer verifier, Pointer text, long length, long now, Pointer certificate, Pointer report);
        int tegata_qr_png(Pointer text, long length, Pointer options, Pointer buffer, long capacity, LongByReference size);
        int tegata_card_session_new(CardRequest request, PointerByReference session);
        int tegata_card_session_command(Pointer session, Pointer buffer, long capacity, LongByReference length);
        int tegata_card_session_answer(Pointer session, Pointer answer, long length);
        int tegata_card_session_removed(Pointer session);
        void tegata_card_session_free(Pointer session);
        int tegata_application_write(Pointer session, ApplicationRequest request, Pointer buffer, long capacity,
                                     LongByReference length);
    }

    /** The simulated reader; see tegata_simulator.h. */
    interface Simulator extends Library {
        @Structure.FieldOrder({"name", "nameLength", "address", "addressLength", "number", "numberLength", "pin", "pinLength"})
        final class Holder extends Structure {
            public Pointer name;
            public long nameLength;
            public Pointer address;
            public long addressLength;
            public Pointer number;
            public long numberLength;
            public Pointer pin;
            public long pinLength;
        }

        int tegata_simulator_new(long seed, int algorithm, Holder holder, PointerByReference simulator);
        int tegata_simulator_transmit(Pointer simulator, Pointer command, long commandLength, Pointer buffer,
                                      long capacity, LongByReference length);
        void tegata_simulator_free(Pointer simulator);
    }

    static final Tegata TEGATA = Native.load("tegata", Tegata.class);
    static final Simulator SIMULATOR = Native.load("tegata-simulator", Simulator.class);

    /** A number that is not 0, on its way to the person in front of the kiosk. */
    static final class Refused extends Exception {
        final int code;

        Refused(int code) {
            this.code = code;
        }
    }

    static void must(int code) throws Refused {
        if (code != 0) {
            throw new Refused(code);
        }
    }

    /** A buffer of the program that is wiped when it is left. */
    static final class Buffer implements AutoCloseable {
        final Memory memory;

        Buffer(long capacity) {
            memory = new Memory(capacity);
        }

        static Buffer of(byte[] content) {
            Buffer buffer = new Buffer(Math.max(1, content.length));
            buffer.memory.write(0, content, 0, content.length);
            return buffer;
        }

        @Override
        public void close() {
            TEGATA.tegata_wipe(memory, memory.size());
        }
    }

    /** Who may sign: from the file the kiosk was given with its last update. */
    static Pointer verifier(byte[] signers) throws Refused {
        PointerByReference builder = new PointerByReference(), trust = new PointerByReference();
        PointerByReference verifier = new PointerByReference();
        must(TEGATA.tegata_trust_builder_new(0, builder));
        try {
            must(TEGATA.tegata_trust_builder_add_signers(builder.getValue(), signers, signers.length, null));
            must(TEGATA.tegata_trust_builder_build(builder.getValue(), trust));
            must(TEGATA.tegata_verifier_new(trust.getValue(), null, verifier));
            return verifier.getValue();
        } finally {
            TEGATA.tegata_trust_free(trust.getValue());
            TEGATA.tegata_trust_builder_free(builder.getValue());
        }
    }

    /** Reads the card: one command out, one answer in, until there are none left. */
    static void readCard(Pointer session, Pointer reader) throws Refused {
        LongByReference length = new LongByReference(), got = new LongByReference();
        try (Buffer command = new Buffer(96); Buffer answer = new Buffer(260)) {
            while (true) {
                must(TEGATA.tegata_card_session_command(session, command.memory, command.memory.size(), length));
                if (length.getValue() == 0) {
                    return;
                }
                int sent = SIMULATOR.tegata_simulator_transmit(reader, command.memory, length.getValue(), answer.memory,
                        answer.memory.size(), got);
                must(sent == 0 && got.getValue() > 0
                        ? TEGATA.tegata_card_session_answer(session, answer.memory, got.getValue())
                        : TEGATA.tegata_card_session_removed(session));
            }
        }
    }

    /** From the card to the message for the municipality; ends with the message's length. */
    static long apply(long consent, Buffer pin, Pointer reader, Buffer message) throws Refused {
        // 32 random bytes, used once, which the card has to answer; they come from the municipality.
        byte[] random = new byte[32];
        new SecureRandom().nextBytes(random);
        PointerByReference session = new PointerByReference();
        LongByReference length = new LongByReference();
        try (Buffer challenge = Buffer.of(random);
                Buffer municipality = Buffer.of(MUNICIPALITY.getBytes(StandardCharsets.US_ASCII));
                Buffer terms = Buffer.of(TERMS.getBytes(StandardCharsets.US_ASCII))) {
            Tegata.CardRequest request = new Tegata.CardRequest();
            request.size = request.size();
            request.consentSeconds = consent;
            request.pin = pin.memory;
            request.pinLength = pin.memory.size();
            request.challenge = challenge.memory;
            request.challengeLength = challenge.memory.size();
            request.flags = Tegata.CARD_NUMBER;
            must(TEGATA.tegata_card_session_new(request, session));
            pin.close();
            readCard(session.getValue(), reader);
            Tegata.ApplicationRequest application = new Tegata.ApplicationRequest();
            application.size = application.size();
            application.profiles = Tegata.PROFILE_JP;
            application.municipality = municipality.memory;
            application.municipalityLength = municipality.memory.size();
            application.terms = terms.memory;
            application.termsLength = terms.memory.size();
            application.challenge = challenge.memory;
            application.challengeLength = challenge.memory.size();
            must(TEGATA.tegata_application_write(session.getValue(), application, message.memory, message.memory.size(),
                    length));
            return length.getValue();
        } finally {
            TEGATA.tegata_card_session_free(session.getValue());
        }
    }

    /** Prints only what was verified. */
    static void print(Pointer verifier, long now, Buffer text, Path path) throws Refused, IOException {
        LongByReference size = new LongByReference();
        must(TEGATA.tegata_verify_text(verifier, text.memory, text.memory.size(), now, null, null));
        try (Buffer image = new Buffer(1 << 20)) {
            must(TEGATA.tegata_qr_png(text.memory, text.memory.size(), null, image.memory, image.memory.size(), size));
            Files.write(path, image.memory.getByteArray(0, (int) size.getValue()));
        }
    }

    /** What a person is told: meaning and advice. */
    static void tell(int code) {
        byte[] text = new byte[1024];
        LongByReference length = new LongByReference();
        if (TEGATA.tegata_code_meaning(code, Tegata.JAPANESE, text, text.length, length) == 0) {
            System.out.println(new String(text, 0, (int) length.getValue(), StandardCharsets.UTF_8));
        }
        if (TEGATA.tegata_code_advice(code, Tegata.JAPANESE, text, text.length, length) == 0) {
            System.out.println("→ " + new String(text, 0, (int) length.getValue(), StandardCharsets.UTF_8) + " [" + code + "]");
        }
    }

    /** The line that was typed, without its end. */
    static byte[] typed(InputStream keys, int most) throws IOException {
        byte[] line = new byte[most];
        int length = 0;
        for (int key = keys.read(); key >= ' '; key = keys.read()) {
            if (length < most) {
                line[length++] = (byte) key;
            }
        }
        byte[] typed = Arrays.copyOf(line, length);
        Arrays.fill(line, (byte) 0);
        return typed;
    }

    public static void main(String[] arguments) throws IOException {
        if (arguments.length != 3 || TEGATA.tegata_abi_version() != Tegata.ABI_VERSION) {
            System.exit(2);
        }
        PointerByReference reader = new PointerByReference();
        Pointer verifier = null;
        int ended = 0;
        try (Buffer holdersPin = Buffer.of("1234".getBytes(StandardCharsets.US_ASCII))) {
            Simulator.Holder holder = new Simulator.Holder();
            holder.pin = holdersPin.memory;
            holder.pinLength = holdersPin.memory.size();
            must(SIMULATOR.tegata_simulator_new(1, 1, holder, reader));
            verifier = verifier(Files.readAllBytes(Path.of(arguments[0])));
            System.out.print("利用規約（" + TERMS + "）に同意しますか。 Do you agree to the terms? [y/N] ");
            System.out.flush();
            byte[] agreed = typed(System.in, 1);
            if (agreed.length == 1 && agreed[0] == 'y') {
                serve(verifier, reader.getValue(), arguments);
            }
        } catch (Refused refused) {
            tell(refused.code);
            ended = 1;
        } finally {
            TEGATA.tegata_verifier_free(verifier);
            SIMULATOR.tegata_simulator_free(reader.getValue());
        }
        System.exit(ended);
    }

    static void serve(Pointer verifier, Pointer reader, String[] arguments) throws Refused, IOException {
        long consent = Instant.now().getEpochSecond();
        System.out.print("\nカードを置き、暗証番号を入力してください。 Place your card and enter the PIN: ");
        System.out.flush();
        byte[] digits = typed(System.in, 5);
        if (digits.length != 4) {
            // What was typed is no PIN: it must not cost one of the holder's tries.
            Arrays.fill(digits, (byte) 0);
            System.out.println("\n暗証番号は4桁の数字です。 A PIN has four digits.");
            return;
        }
        try (Buffer pin = Buffer.of(digits); Buffer message = new Buffer(16384)) {
            Arrays.fill(digits, (byte) 0);
            long length;
            try {
                length = apply(consent, pin, reader, message);
            } finally {
                System.out.println("\nカードをお取りください。 Please take your card.");
            }
            // Here the application would be sent, and the certificate received.
            byte[] received = Files.readAllBytes(Path.of(arguments[1]));
            System.out.println("Sent an application of " + length + " bytes, received a certificate.");
            int end = received.length;
            while (end > 0 && received[end - 1] <= ' ') {
                end--;
            }
            byte[] trimmed = Arrays.copyOf(received, end);
            Arrays.fill(received, (byte) 0);
            try (Buffer text = Buffer.of(trimmed)) {
                Arrays.fill(trimmed, (byte) 0);
                print(verifier, Instant.now().getEpochSecond(), text, Path.of(arguments[2]));
            }
        }
        System.out.println("証明書をお取りください。 Please take your certificate.");
    }
}
