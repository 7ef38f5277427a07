package dev.sideband.bridge;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.management.ManagementFactory;

/** The memory beside the heap, which what goes over wires is put into. */
final class DirectMemory {
  private DirectMemory() {}

  /** How much this JVM was given: {@code -XX:MaxDirectMemorySize}, or as much as its heap. */
  static long mostBytes() {
    HotSpotDiagnosticMXBean jvm =
        ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
    long given = Long.parseLong(jvm.getVMOption("MaxDirectMemorySize").getValue());
    return given > 0 ? given : Runtime.getRuntime().maxMemory();
  }
}
