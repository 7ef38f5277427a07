package dev.sideband.server.provider.openai;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sideband.server.provider.openai.Reading.MessageReader;
import dev.sideband.v1.McpCallProgressed;
import dev.sideband.v1.McpToolsListed;
import dev.sideband.v1.ToolArgumentsDelta;
import java.util.Map;

/** Reads the arguments of functions as they come, and the MCP calls that the provider makes. */
final class ToolEvents {

  private ToolEvents() {}

  static void addTo(Map<String, MessageReader> readers) {
    readers.put("response.function_call_arguments.delta", ToolEvents::argumentsDelta);
    readers.put(
        "response.mcp_call_arguments.delta",
        mcpCall(McpCallProgressed.Phase.ARGUMENTS_DELTA, "delta"));
    readers.put(
        "response.mcp_call_arguments.done",
        mcpCall(McpCallProgressed.Phase.ARGUMENTS_DONE, "arguments"));
    String call = "response.mcp_call.";
    readers.put(call + "in_progress", mcpCall(McpCallProgressed.Phase.IN_PROGRESS, ""));
    readers.put(call + "completed", mcpCall(McpCallProgressed.Phase.COMPLETED, ""));
    readers.put(call + "failed", mcpCall(McpCallProgressed.Phase.FAILED, ""));
    String list = "mcp_list_tools.";
    readers.put(list + "in_progress", mcpTools(McpToolsListed.Phase.IN_PROGRESS));
    readers.put(list + "completed", mcpTools(McpToolsListed.Phase.COMPLETED));
    readers.put(list + "failed", mcpTools(McpToolsListed.Phase.FAILED));
  }

  private static void argumentsDelta(JsonNode message, Reading reading) {
    reading
        .add()
        .setToolArgumentsDelta(
            ToolArgumentsDelta.newBuilder()
                .setResponseId(Json.text(message, "response_id"))
                .setItemId(Json.text(message, "item_id"))
                .setToolCallId(Json.text(message, "call_id"))
                .setDelta(Json.text(message, "delta")));
  }

  private static MessageReader mcpCall(McpCallProgressed.Phase phase, String arguments) {
    return (message, reading) ->
        reading
            .add()
            .setMcpCallProgressed(
                McpCallProgressed.newBuilder()
                    .setItemId(Json.text(message, "item_id"))
                    .setOutputIndex(Json.index(message, "output_index"))
                    .setPhase(phase)
                    .setArguments(Json.text(message, arguments)));
  }

  private static MessageReader mcpTools(McpToolsListed.Phase phase) {
    return (message, reading) ->
        reading
            .add()
            .setMcpToolsListed(
                McpToolsListed.newBuilder()
                    .setItemId(Json.text(message, "item_id"))
                    .setPhase(phase));
  }
}
