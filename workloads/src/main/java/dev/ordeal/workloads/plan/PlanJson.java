package dev.ordeal.workloads.plan;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.deser.std.StdScalarDeserializer;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.jsontype.NamedType;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializerBase;
import dev.ordeal.nemesis.Delivery;
import dev.ordeal.nemesis.NodeId;
import dev.ordeal.nemesis.fault.Fault;
import dev.ordeal.nemesis.fault.Strike;
import dev.ordeal.nemesis.fault.Wound;
import dev.ordeal.nemesis.sim.Conditions;
import dev.ordeal.workloads.plan.RunSpec.ClusterKind;
import dev.ordeal.workloads.workload.Action;
import dev.ordeal.workloads.workload.Workload;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// A scenario as the text of a `plan.json`, for people and for [#read]: a line for each figure, strike and operation.
///
/// Records are written by their components' names, so that a component or a kind of fault that is new needs no word here. What
/// an older Ordeal would misread needs another [#VERSION].
public final class PlanJson {
    /// Of the format. A file of another one is refused.
    static final int VERSION = 2;

    static final ObjectMapper JSON =
            JsonMapper.builder()
                    .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
                    .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .enable(DeserializationFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
                    .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
                    .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
                    .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
                    .defaultSetterInfo(
                            JsonSetter.Value.forContentNulls(Nulls.FAIL).withValueNulls(Nulls.FAIL))
                    .addMixIn(RunSpec.class, SpecFields.class)
                    .addMixIn(Strike.class, StrikeFields.class)
                    .addMixIn(Action.class, Actions.class)
                    .addMixIn(Wound.class, Wounds.class)
                    .addModule(words())
                    .build();

    private PlanJson() {}

    /// The file.
    @JsonPropertyOrder({
        "version",
        "spec",
        "conditions",
        "deliveries",
        "strikes",
        "arrivals",
        "demands",
        "finalReads"
    })
    private record PlanFile(
            int version,
            RunSpec spec,
            Conditions conditions,
            List<Delivery> deliveries,
            List<Strike> strikes,
            List<Arrival> arrivals,
            List<Action> demands,
            List<Action> finalReads) {}

    /// Only this may be null.
    private interface SpecFields {
        @JsonSetter(nulls = Nulls.SET)
        @Nullable String bug();
    }

    /// Only this may be null.
    private interface StrikeFields {
        @JsonSetter(nulls = Nulls.SET)
        @Nullable Wound wound();
    }

    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "f")
    @JsonSubTypes({
        @JsonSubTypes.Type(value = Action.Read.class, name = "read"),
        @JsonSubTypes.Type(value = Action.Write.class, name = "write"),
        @JsonSubTypes.Type(value = Action.CompareAndSet.class, name = "cas"),
        @JsonSubTypes.Type(value = Action.Declare.class, name = "declare"),
        @JsonSubTypes.Type(value = Action.Append.class, name = "append")
    })
    private interface Actions {}

    /// Their names are those of the classes: see [#words].
    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
    private interface Wounds {}

    /// What is written as one word.
    private static SimpleModule words() {
        SimpleModule words = new SimpleModule();
        word(words, NodeId.class, NodeId::toString, NodeId::new);
        word(words, Fault.class, Fault::toString, PlanJson::fault);
        word(words, Duration.class, Duration::toString, Duration::parse);
        word(words, Workload.class, Workload::name, PlanJson::workload);
        word(words, ClusterKind.class, ClusterKind::toString, PlanJson::cluster);
        for (Class<?> wound : Wound.class.getPermittedSubclasses()) {
            words.registerSubtypes(
                    new NamedType(wound, wound.getSimpleName().toLowerCase(Locale.ROOT)));
        }
        return words;
    }

    private static <T> void word(
            SimpleModule module,
            Class<T> type,
            Function<T, String> write,
            Function<String, T> read) {
        module.addSerializer(
                type,
                new ToStringSerializerBase(type) {
                    private static final long serialVersionUID = 1L;

                    @Override
                    public String valueToString(Object value) {
                        return write.apply(type.cast(value));
                    }
                });
        module.addDeserializer(
                type,
                new StdScalarDeserializer<T>(type) {
                    private static final long serialVersionUID = 1L;

                    @Override
                    public T deserialize(JsonParser parser, DeserializationContext context)
                            throws IOException {
                        if (parser.currentToken() != JsonToken.VALUE_STRING) {
                            throw JsonMappingException.from(
                                    parser, "a text is needed, not " + parser.getText());
                        }
                        try {
                            return read.apply(parser.getText());
                        } catch (RuntimeException e) {
                            throw JsonMappingException.from(parser, String.valueOf(e.getMessage()));
                        }
                    }
                });
    }

    private static Fault fault(String text) {
        List<Fault> faults = Fault.parse(text);
        if (faults.size() != 1) {
            throw new IllegalArgumentException(
                    "\"" + text + "\" is not one fault with its variant");
        }
        return faults.getFirst();
    }

    private static Workload workload(String name) {
        return Workload.named(name)
                .orElseThrow(() ->
                        new IllegalArgumentException("there is no workload \"" + name + "\""));
    }

    private static ClusterKind cluster(String name) {
        return ClusterKind.named(name)
                .orElseThrow(
                        () -> new IllegalArgumentException("there is no cluster \"" + name + "\""));
    }

    /// The text of the file.
    public static String write(Scenario scenario) {
        RunPlan plan = scenario.plan();
        PlanFile file =
                new PlanFile(
                        VERSION,
                        scenario.spec(),
                        scenario.conditions(),
                        scenario.deliveries(),
                        plan.strikes(),
                        plan.arrivals(),
                        plan.demands(),
                        plan.finalReads());
        try {
            return JSON.writer(new Lines()).writeValueAsString(file) + "\n";
        } catch (JacksonException e) {
            throw new IllegalStateException("a plan that cannot be written", e);
        }
    }

    /// The scenario of which this is the text.
    ///
    /// @throws IllegalArgumentException in one line that says what is wrong and where
    public static Scenario read(String text) {
        requireVersion(text);
        try {
            PlanFile file = JSON.readValue(text, PlanFile.class);
            return new Scenario(
                    file.spec,
                    file.conditions,
                    file.deliveries,
                    new RunPlan(file.arrivals, file.strikes, file.demands, file.finalReads));
        } catch (JacksonException e) {
            throw new IllegalArgumentException(problem(e), e);
        }
    }

    /// Said before anything else: what another version means is not for us to say.
    private static void requireVersion(String text) {
        try (JsonParser parser = JSON.createParser(text)) {
            boolean plan =
                    parser.nextToken() == JsonToken.START_OBJECT
                            && "version".equals(parser.nextFieldName())
                            && parser.nextToken() == JsonToken.VALUE_NUMBER_INT;
            if (!plan) {
                throw new IllegalArgumentException(
                        "this is not a plan: it does not begin with its version");
            }
            if (parser.getLongValue() != VERSION) {
                throw new IllegalArgumentException(
                        "this is a plan of version %d, and this Ordeal reads version %d"
                                .formatted(parser.getLongValue(), VERSION));
            }
        } catch (JacksonException e) {
            throw new IllegalArgumentException("this is not a plan: " + problem(e), e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String problem(JacksonException e) {
        String where =
                e instanceof JsonMappingException mapping && !mapping.getPath().isEmpty()
                        ? path(mapping)
                        : e.getLocation() == null
                                ? ""
                                : "line " + e.getLocation().getLineNr() + ": ";
        // A record that refuses its components says best why.
        String why =
                e.getCause() instanceof IllegalArgumentException refused
                        ? String.valueOf(refused.getMessage())
                        : e.getOriginalMessage()
                                .replaceFirst(
                                        "^Missing creator property ('.*?').*", "$1 is missing");
        return where + why.lines().findFirst().orElse("");
    }

    /// `strikes[3].fault: `.
    private static String path(JsonMappingException e) {
        return e.getPath().stream()
                        .map(step ->
                                step.getFieldName() == null
                                        ? "[" + step.getIndex() + "]"
                                        : "." + step.getFieldName())
                        .collect(Collectors.joining())
                        .substring(1)
                + ": ";
    }

    /// A line for each figure, strike and operation: what is deeper than that goes on in its line.
    private static final class Lines extends DefaultPrettyPrinter {
        private static final long serialVersionUID = 1L;
        private static final int DEEPEST = 2;

        Lines() {
            super(
                    Separators.createDefaultInstance()
                            .withObjectFieldValueSpacing(Separators.Spacing.AFTER));
            Indenter lines =
                    new NopIndenter() {
                        private static final long serialVersionUID = 1L;

                        @Override
                        public void writeIndentation(JsonGenerator out, int level)
                                throws IOException {
                            if (level <= DEEPEST) {
                                out.writeRaw("\n" + "  ".repeat(level));
                            }
                        }

                        @Override
                        public boolean isInline() {
                            return false;
                        }
                    };
            indentArraysWith(lines);
            indentObjectsWith(lines);
        }

        @Override
        public DefaultPrettyPrinter createInstance() {
            return new Lines();
        }

        @Override
        public void writeObjectEntrySeparator(JsonGenerator out) throws IOException {
            separate(out);
        }

        @Override
        public void writeArrayValueSeparator(JsonGenerator out) throws IOException {
            separate(out);
        }

        private void separate(JsonGenerator out) throws IOException {
            out.writeRaw(_nesting > DEEPEST ? ", " : ",");
            _objectIndenter.writeIndentation(out, _nesting);
        }

        @Override
        public void writeEndObject(JsonGenerator out, int entries) throws IOException {
            end(out, '}');
        }

        @Override
        public void writeEndArray(JsonGenerator out, int values) throws IOException {
            end(out, ']');
        }

        private void end(JsonGenerator out, char bracket) throws IOException {
            if (_nesting-- <= DEEPEST) {
                _objectIndenter.writeIndentation(out, _nesting);
            }
            out.writeRaw(bracket);
        }
    }
}
