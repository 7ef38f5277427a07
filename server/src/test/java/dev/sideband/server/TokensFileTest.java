package dev.sideband.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sideband.server.rpc.TokenGrant;
import dev.sideband.server.session.Principal;
import dev.sideband.server.session.Principal.Role;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TokensFileTest {
  private static final String SECRET = "sixteen-characters-or-more";

  @TempDir private Path folder = Path.of("unset");

  private Path file(String content, String permissions) throws IOException {
    Path file = Files.writeString(folder.resolve("tokens.yaml"), content);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
    return file;
  }

  private Path file(String content) throws IOException {
    return file(content, "rw-------");
  }

  @Test
  void shouldReadPrincipalsAndTheirRoles() throws IOException {
    Path file =
        file(
            """
            tokens:
              - token: sixteen-characters-or-more
                principal: alice
                roles: [observer, provider-control]
              - token: another-one-that-is-long
                principal: bob
            """);
    assertThat(TokensFile.read(file).stream().map(TokenGrant::principal))
        .containsExactly(
            new Principal("alice", Set.of(Role.OBSERVER, Role.PROVIDER_CONTROL)),
            new Principal("bob", Set.of()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "tokens: []                                                  | no tokens",
        "tokens: [{token: short, principal: a}]                      | tokens[0].token",
        "tokens: [{principal: a}]                                    | tokens[0].token",
        "tokens: [{token: sixteen-characters-or-more}]               | tokens[0].principal",
        "tokens: [{token: sixteen-characters-or-more, principal: a, roles: [king]}] | king",
        "tokens: [{token: sixteen-characters-or-more, secret: a}]    | line 1",
        "tokens: sixteen-characters-or-more                          | line 1",
        "'tokens: [{token: sixteen-characters-or-more, principal: a}, "
            + "{token: sixteen-characters-or-more, principal: b}]'   | tokens[1].token: twice"
      })
  void shouldSayWhatIsWrongAndNeverQuoteAToken(String content, String message) throws IOException {
    Path file = file(content);
    assertThatThrownBy(() -> TokensFile.read(file))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message)
        .hasMessageNotContaining(SECRET);
  }

  @Test
  void shouldRefuseAFileThatOthersCanRead() throws IOException {
    Path file = file("tokens: [{token: " + SECRET + ", principal: a}]", "rw-r--r--");
    assertThatThrownBy(() -> TokensFile.read(file))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("chmod 600");
  }

  @Test
  void shouldSayThatTheFileIsMissing() {
    assertThatThrownBy(() -> TokensFile.read(folder.resolve("absent.yaml")))
        .isInstanceOf(NoSuchFileException.class);
  }
}
