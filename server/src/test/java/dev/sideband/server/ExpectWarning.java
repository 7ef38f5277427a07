package dev.sideband.server;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A warning or error that is logged on purpose; every other one fails its test ({@link LogWatch}).
 * On a method it must come, and is waited for after the method's body; on a class it may come in
 * each of its tests.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.METHOD, ElementType.TYPE})
@Repeatable(ExpectWarning.All.class)
public @interface ExpectWarning {

  /** Part of what it says. */
  String value();

  /** Several of them. */
  @Documented
  @Retention(RetentionPolicy.RUNTIME)
  @Target({ElementType.METHOD, ElementType.TYPE})
  @interface All {
    ExpectWarning[] value();
  }
}
