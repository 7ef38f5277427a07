package dev.sideband.bridge.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import io.grpc.MethodDescriptor;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServiceDescriptor;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is handed on, compared with what the proto module has. */
@Timeout(60)
final class ProxiedServicesTest {
  private static final ServerTarget NOBODY =
      new ServerTarget(new ServerAddress("127.0.0.1", 9), Optional.empty());

  private static final Pattern GENERATED = Pattern.compile(".*Grpc\\.class");

  /** Every service that was generated from a file of the proto module, whichever file that is. */
  private static List<ServiceDescriptor> ofTheProtoModule() {
    return new ClassFileImporter()
            .withImportOption(location -> location.matches(GENERATED))
            .importPackages("dev.sideband")
            .stream()
            .map(ProxiedServicesTest::descriptor)
            .toList();
  }

  private static ServiceDescriptor descriptor(JavaClass generated) {
    try {
      return (ServiceDescriptor) generated.reflect().getMethod("getServiceDescriptor").invoke(null);
    } catch (ReflectiveOperationException e) {
      throw new LinkageError("not a class as gRPC generates them: " + generated.getName(), e);
    }
  }

  private static Map<String, MethodDescriptor.MethodType> handedOn() throws Exception {
    Upstream upstream = Upstream.to(NOBODY);
    try {
      return ProxiedServices.all(upstream).stream()
          .flatMap(service -> service.getMethods().stream())
          .map(ServerMethodDefinition::getMethodDescriptor)
          .collect(
              Collectors.toMap(MethodDescriptor::getFullMethodName, MethodDescriptor::getType));
    } finally {
      upstream.close();
    }
  }

  @Test
  void shouldHandOnEveryMethodOfEveryServiceOfTheProtoModule() throws Exception {
    List<ServiceDescriptor> services = ofTheProtoModule();
    assertThat(services)
        .extracting(ServiceDescriptor::getName)
        .contains("sideband.v1.Conversation");
    Map<String, MethodDescriptor.MethodType> handedOn = handedOn();
    for (ServiceDescriptor service : services) {
      assertThat(service.getMethods())
          .as("%s: each service must be in ProxiedServices.KNOWN", service.getName())
          .isNotEmpty()
          .allSatisfy(
              method ->
                  assertThat(handedOn).containsEntry(method.getFullMethodName(), method.getType()));
    }
  }
}
