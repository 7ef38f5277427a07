import type { ComponentChildren } from "preact";

function Icon({ children }: { children: ComponentChildren }) {
  return (
    <svg
      class="icon"
      viewBox="0 0 24 24"
      width="20"
      height="20"
      fill="none"
      stroke="currentColor"
      stroke-width="1.8"
      stroke-linecap="round"
      stroke-linejoin="round"
      aria-hidden="true"
    >
      {children}
    </svg>
  );
}

export const Microphone = () => (
  <Icon>
    <rect x="9" y="3" width="6" height="11" rx="3" />
    <path d="M5.5 11.5a6.5 6.5 0 0 0 13 0M12 18v3" />
  </Icon>
);

export const MicrophoneOff = () => (
  <Icon>
    <path d="M9 6a3 3 0 0 1 6 0v5m-2 2.8A3 3 0 0 1 9 11v-1M5.5 11.5a6.5 6.5 0 0 0 10 5.5M18.5 11.5a6.6 6.6 0 0 1-.6 2.7M12 18v3M4 4l16 16" />
  </Icon>
);

export const HangUp = () => (
  <Icon>
    <path d="M3.5 14.5c-.8-1.6-.3-3.2 1-4.2 4.400-3.200 10.600-3.200 15 0 1.300 1 1.800 2.600 1 4.200-.300.600-1 .800-1.600.600l-3-1c-.600-.200-.900-.700-.900-1.300v-1.500a12 12 0 0 0-6 0v1.500c0 .600-.300 1.100-.900 1.300l-3 1c-.600.200-1.300 0-1.600-.600z" />
  </Icon>
);

export const Send = () => (
  <Icon>
    <path d="M5 12h13M12 5.500l6.500 6.500-6.500 6.500" />
  </Icon>
);

export const Plus = () => (
  <Icon>
    <path d="M12 5v14M5 12h14" />
  </Icon>
);

export const Stop = () => (
  <Icon>
    <rect x="6.500" y="6.500" width="11" height="11" rx="2" />
  </Icon>
);

export const Download = () => (
  <Icon>
    <path d="M12 4v11m-4.500-4.500L12 15l4.500-4.500M5 19.500h14" />
  </Icon>
);

export const Hand = () => (
  <Icon>
    <path d="M8 12V6.500a1.500 1.500 0 0 1 3 0V11m0-1V5a1.500 1.500 0 0 1 3 0v6m0-3.500a1.500 1.500 0 0 1 3 0V14a6 6 0 0 1-6 6.500c-3 0-4.300-1.500-6-4.500l-1.500-2.700a1.500 1.500 0 0 1 2.500-1.600L8 13.500" />
  </Icon>
);
