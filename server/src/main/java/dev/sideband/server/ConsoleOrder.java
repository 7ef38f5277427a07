package dev.sideband.server;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * How the bridge is started that serves the console.
 *
 * @param launcher the {@code sideband} script
 * @param port where it is to listen; zero = any free one
 * @param server how it reaches this server, whose port is told when it is known
 */
record ConsoleOrder(Path launcher, int port, ServerConfig.Grpc server) {
  private static final int DNS_NAME = 2;
  private static final int IP_ADDRESS = 7;

  /** The command line; on standard output it says one line of JSON when it is ready. */
  List<String> command(int serverPort) throws IOException {
    List<String> command = new ArrayList<>(List.of(launcher.toString(), "bridge"));
    command.addAll(List.of("--port", String.valueOf(port)));
    command.addAll(List.of("--server", reachable(server.address()) + ":" + serverPort));
    if (server.tls().isPresent()) {
      Path certificate = server.tls().get().certificate();
      command.addAll(List.of("--tls", "--server-ca", certificate.toString()));
      nameIn(certificate).ifPresent(name -> command.addAll(List.of("--server-name", name)));
    }
    command.addAll(List.of("--json", "--until-stdin-closes"));
    return command;
  }

  /** An address that means all of this machine's is one to listen at, not to call. */
  private static String reachable(String address) throws IOException {
    InetAddress resolved = InetAddress.getByName(address);
    String host = resolved.isAnyLocalAddress() ? "127.0.0.1" : address;
    return host.indexOf(':') >= 0 && !host.startsWith("[") ? "[" + host + "]" : host;
  }

  /** The first name that the certificate is good for: it is not called by any of them. */
  private static Optional<String> nameIn(Path certificate) throws IOException {
    try (InputStream in = Files.newInputStream(certificate)) {
      X509Certificate parsed =
          (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
      Collection<List<?>> names = parsed.getSubjectAlternativeNames();
      return names == null
          ? Optional.empty()
          : names.stream()
              .filter(name -> name.get(0).equals(DNS_NAME) || name.get(0).equals(IP_ADDRESS))
              .map(name -> name.get(1).toString().replace("*", "any"))
              .findFirst();
    } catch (CertificateException e) {
      throw new IOException("not a certificate: " + certificate, e);
    }
  }
}
