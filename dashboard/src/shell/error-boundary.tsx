import { Component, type ReactNode } from "react";
import { CopyButton } from "../copy-button.tsx";
import { isMissingModule } from "./missing-module.ts";

interface ErrorBoundaryProps {
  /** What failed, as the page names it. */
  readonly what: string;
  readonly children: ReactNode;
}

/** Shows what went wrong below it, where a page would otherwise be blank. */
export class ErrorBoundary extends Component<ErrorBoundaryProps, { readonly error: Error | undefined }> {
  override readonly state: { readonly error: Error | undefined } = { error: undefined };

  static getDerivedStateFromError(error: unknown): { readonly error: Error } {
    return { error: error instanceof Error ? error : new Error(String(error)) };
  }

  override render(): ReactNode {
    const { error } = this.state;
    if (error === undefined) return this.props.children;
    if (isMissingModule(error)) return <NewVersion what={this.props.what} />;
    return (
      <div className="empty" role="alert">
        <h2>{this.props.what} failed</h2>
        <p>
          The rest of the page goes on. Reload to try again; if it fails again, this is a mistake in Holdup.
        </p>
        <div className="snippet">
          <pre>
            <code data-copied>{error.stack ?? error.message}</code>
          </pre>
          <CopyButton text={error.stack ?? error.message} what="error" />
        </div>
        <p>
          <button type="button" className="action" onClick={() => this.setState({ error: undefined })}>
            Try again
          </button>
        </p>
      </div>
    );
  }
}

// Asking again does not help: a browser answers a module that failed to load from memory.
function NewVersion({ what }: Pick<ErrorBoundaryProps, "what">): ReactNode {
  return (
    <div className="empty" role="alert">
      <h2>A new version of Holdup is being served</h2>
      <p>
        {what} could not be loaded: its files are not those that this page was opened with. If the collector
        is stopped, start it first.
      </p>
      <p>
        <button type="button" className="action" onClick={() => window.location.reload()}>
          Reload
        </button>
      </p>
    </div>
  );
}
