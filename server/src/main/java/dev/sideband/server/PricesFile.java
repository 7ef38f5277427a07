package dev.sideband.server;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.sideband.server.session.ModelPrice;
import dev.sideband.server.session.Prices;
import dev.sideband.server.session.Rates;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The file of what models are billed at, read once; {@code docs/examples/prices.yaml} is one, and
 * says what each key means.
 */
final class PricesFile {
  private static final String FORM =
      "prices: a list; each with models: [NAME, ...] and text, audio, image: {input: DOLLARS, ...}"
          + " or minute: DOLLARS";

  private PricesFile() {}

  private record Content(@JsonProperty("prices") @Nullable List<Entry> prices) {}

  private record Entry(
      @JsonProperty("models") @Nullable List<String> models,
      @JsonProperty("text") @Nullable Spoken text,
      @JsonProperty("audio") @Nullable Spoken audio,
      @JsonProperty("image") @Nullable Seen image,
      @JsonProperty("minute") @Nullable BigDecimal minute) {

    boolean isEmpty() {
      return text == null && audio == null && image == null && minute == null;
    }

    ModelPrice price() {
      return new ModelPrice(
          text == null ? Rates.NONE : text.rates(),
          audio == null ? Rates.NONE : audio.rates(),
          image == null ? Rates.NONE : image.rates(),
          Optional.ofNullable(minute));
    }
  }

  /** What a model takes and gives. */
  private record Spoken(
      @JsonProperty("input") @Nullable BigDecimal input,
      @JsonProperty("cached") @Nullable BigDecimal cached,
      @JsonProperty("output") @Nullable BigDecimal output) {

    Rates rates() {
      return PricesFile.rates(input, cached, output);
    }
  }

  /** What a model only takes. */
  private record Seen(
      @JsonProperty("input") @Nullable BigDecimal input,
      @JsonProperty("cached") @Nullable BigDecimal cached) {

    Rates rates() {
      return PricesFile.rates(input, cached, null);
    }
  }

  private static Rates rates(
      @Nullable BigDecimal input, @Nullable BigDecimal cached, @Nullable BigDecimal output) {
    return new Rates(
        Optional.ofNullable(input), Optional.ofNullable(cached), Optional.ofNullable(output));
  }

  /**
   * Reads the prices, at least one.
   *
   * @throws ConfigException if the file cannot be read, or is not as described, saying where
   */
  static Prices read(Path file) {
    Content content;
    try {
      content = mapper().readValue(file.toFile(), Content.class);
    } catch (JsonProcessingException e) {
      throw wrong(file, e);
    } catch (IOException e) {
      throw ConfigException.of(file + ": cannot be read (expected: a YAML file)");
    }
    List<Entry> entries = content == null ? null : content.prices();
    if (entries == null || entries.isEmpty()) {
      throw ConfigException.of(file + ": no prices (expected: at least one)");
    }
    Map<String, ModelPrice> byModel = new HashMap<>();
    for (int i = 0; i < entries.size(); i++) {
      add(entries.get(i), "%s: prices[%d]".formatted(file, i), byModel);
    }
    return new Prices(byModel);
  }

  private static void add(@Nullable Entry entry, String where, Map<String, ModelPrice> byModel) {
    List<String> models = entry == null ? null : entry.models();
    if (entry == null || models == null || models.isEmpty() || models.contains(null)) {
      throw ConfigException.of(where + ".models: none (expected: at least one name)");
    }
    if (entry.isEmpty()) {
      throw ConfigException.of(where + ": no price (expected: text, audio, image or minute)");
    }
    models.forEach(model -> byModel.put(model, entry.price()));
  }

  private static ObjectMapper mapper() {
    return JsonMapper.builder(
            YAMLFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build())
        .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
        .addModule(
            new SimpleModule()
                .addDeserializer(String.class, new ModelReader())
                .addDeserializer(BigDecimal.class, new DollarsReader()))
        .build();
  }

  /** Reads a model's name, once each; texts stand for nothing else here. */
  private static final class ModelReader extends StdDeserializer<String> {
    private static final long serialVersionUID = 1L;

    private final transient Set<String> seen = new HashSet<>();

    ModelReader() {
      super(String.class);
    }

    @Override
    public String deserialize(JsonParser parser, DeserializationContext context)
        throws IOException {
      if (parser.currentToken() != JsonToken.VALUE_STRING || parser.getText().isBlank()) {
        throw problem(parser, "not a model's name (expected: a text)");
      }
      if (!seen.add(parser.getText())) {
        throw problem(parser, parser.getText() + " is named twice (expected: once)");
      }
      return parser.getText();
    }
  }

  /** Reads an amount of money. */
  private static final class DollarsReader extends StdDeserializer<BigDecimal> {
    private static final long serialVersionUID = 1L;
    private static final BigDecimal MOST = BigDecimal.valueOf(1_000_000);

    DollarsReader() {
      super(BigDecimal.class);
    }

    @Override
    public @Nullable BigDecimal deserialize(JsonParser parser, DeserializationContext context)
        throws IOException {
      JsonToken token = parser.currentToken();
      if (token == JsonToken.VALUE_STRING && parser.getText().isEmpty()) {
        return null; // A key without a value.
      }
      if (token != JsonToken.VALUE_NUMBER_INT && token != JsonToken.VALUE_NUMBER_FLOAT) {
        throw problem(parser, "not a number (expected: US dollars, such as 0.40)");
      }
      BigDecimal dollars = parser.getDecimalValue();
      if (dollars.signum() < 0 || dollars.compareTo(MOST) > 0) {
        throw problem(parser, parser.getText() + " (expected: 0 to 1000000 US dollars)");
      }
      return dollars;
    }
  }

  private static JsonMappingException problem(JsonParser parser, String what) {
    return new JsonMappingException(parser, what, parser.currentTokenLocation());
  }

  private static ConfigException wrong(Path file, JsonProcessingException e) {
    int line = e.getLocation() == null ? 1 : e.getLocation().getLineNr();
    return ConfigException.of("%s:%d: %s".formatted(file, line, what(e)));
  }

  private static String what(JsonProcessingException e) {
    if (!(e instanceof JsonMappingException mapping)) {
      return "not YAML: " + e.getOriginalMessage().lines().findFirst().orElse("");
    }
    String path = path(mapping.getPath());
    if (e instanceof UnrecognizedPropertyException unknown) {
      return path + ": unknown key (expected: " + names(unknown.getKnownPropertyIds()) + ")";
    }
    if (e instanceof MismatchedInputException) {
      return (path.isEmpty() ? "" : path + ": ") + "of another form (expected: " + FORM + ")";
    }
    return path + ": " + e.getOriginalMessage();
  }

  private static String names(@Nullable Collection<Object> known) {
    return known == null
        ? ""
        : known.stream().map(String::valueOf).sorted().collect(Collectors.joining(", "));
  }

  /** Such as {@code prices[0].text.input}. */
  private static String path(List<JsonMappingException.Reference> references) {
    StringBuilder path = new StringBuilder();
    for (JsonMappingException.Reference reference : references) {
      if (reference.getFieldName() == null) {
        path.append('[').append(reference.getIndex()).append(']');
      } else {
        path.append(path.isEmpty() ? "" : ".").append(reference.getFieldName());
      }
    }
    return path.toString();
  }
}
