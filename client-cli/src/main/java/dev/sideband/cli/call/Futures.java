package dev.sideband.cli.call;

import dev.onvoid.webrtc.CreateSessionDescriptionObserver;
import dev.onvoid.webrtc.RTCSessionDescription;
import dev.onvoid.webrtc.SetSessionDescriptionObserver;
import java.util.concurrent.CompletableFuture;

/** Makes the observers of the native library complete futures. */
final class Futures {
  private Futures() {}

  static CreateSessionDescriptionObserver created(CompletableFuture<RTCSessionDescription> future) {
    return new CreateSessionDescriptionObserver() {
      @Override
      public void onSuccess(RTCSessionDescription description) {
        future.complete(description);
      }

      @Override
      public void onFailure(String error) {
        future.completeExceptionally(new IllegalStateException(error));
      }
    };
  }

  static SetSessionDescriptionObserver applied(CompletableFuture<Void> future) {
    return new SetSessionDescriptionObserver() {
      @Override
      public void onSuccess() {
        future.complete(null);
      }

      @Override
      public void onFailure(String error) {
        future.completeExceptionally(new IllegalStateException(error));
      }
    };
  }
}
