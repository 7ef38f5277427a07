package dev.sideband.server;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.sideband.server.rpc.TokenGrant;
import dev.sideband.server.session.Principal;
import dev.sideband.server.session.Principal.Role;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The file of bearer tokens, read once:
 *
 * <pre>
 * tokens:
 *   - token: "at least 16 characters, of your own making"
 *     principal: alice
 *     roles: [observer, provider-control]   # optional
 * </pre>
 *
 * <p>Only its owner may be able to read it. Messages never quote a token.
 */
final class TokensFile {
  private static final int MIN_TOKEN = 16;
  private static final Set<PosixFilePermission> OTHERS =
      EnumSet.of(
          PosixFilePermission.GROUP_READ,
          PosixFilePermission.GROUP_WRITE,
          PosixFilePermission.OTHERS_READ,
          PosixFilePermission.OTHERS_WRITE);

  private TokensFile() {}

  private record Entry(
      @JsonProperty("token") @Nullable String token,
      @JsonProperty("principal") @Nullable String principal,
      @JsonProperty("roles") @Nullable List<String> roles) {}

  private record Content(@JsonProperty("tokens") @Nullable List<Entry> tokens) {}

  /**
   * Reads the grants, at least one.
   *
   * @throws IllegalArgumentException if the file is not as described, saying where
   * @throws IOException if it cannot be read
   */
  static List<TokenGrant> read(Path file) throws IOException {
    checkPermissions(file);
    Content content;
    try {
      content = new ObjectMapper(new YAMLFactory()).readValue(file.toFile(), Content.class);
    } catch (JsonProcessingException e) {
      // Its own message quotes the file, which holds secrets.
      int line = e.getLocation() == null ? 0 : e.getLocation().getLineNr();
      throw new IllegalArgumentException(
          "%s: line %d is not a list of tokens (expected: tokens with token, principal, roles)"
              .formatted(file, line));
    }
    if (content == null || content.tokens() == null || content.tokens().isEmpty()) {
      throw new IllegalArgumentException(file + ": no tokens (expected: at least one)");
    }
    return grants(file, content.tokens());
  }

  private static List<TokenGrant> grants(Path file, List<Entry> entries) {
    List<TokenGrant> grants = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < entries.size(); i++) {
      String where = "%s: tokens[%d]".formatted(file, i);
      TokenGrant grant = grant(where, entries.get(i));
      if (!seen.add(String.valueOf(entries.get(i).token()))) {
        throw new IllegalArgumentException(where + ".token: twice (expected: one of each)");
      }
      grants.add(grant);
    }
    return grants;
  }

  private static TokenGrant grant(String where, Entry entry) {
    String token = entry.token();
    if (token == null || token.length() < MIN_TOKEN || !token.equals(token.strip())) {
      throw new IllegalArgumentException(
          where + ".token: not shown (expected: at least 16 characters, no space around them)");
    }
    String principal = entry.principal();
    if (principal == null || principal.isBlank()) {
      throw new IllegalArgumentException(where + ".principal: none (expected: a name)");
    }
    Set<Role> roles = EnumSet.noneOf(Role.class);
    for (String role : entry.roles() == null ? List.<String>of() : entry.roles()) {
      roles.add(role(where, role));
    }
    return new TokenGrant(token, new Principal(principal, roles));
  }

  private static Role role(String where, String name) {
    try {
      return Role.valueOf(name.toUpperCase(Locale.ROOT).replace('-', '_'));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "%s.roles: %s (expected: observer, provider-control)".formatted(where, name), e);
    }
  }

  private static void checkPermissions(Path file) throws IOException {
    if (!file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      return;
    }
    for (PosixFilePermission permission : Files.getPosixFilePermissions(file)) {
      if (OTHERS.contains(permission)) {
        throw new IllegalArgumentException(
            file + ": others can read it (expected: only its owner, chmod 600)");
      }
    }
  }
}
