namespace DataBright.Bindings;

/// <summary>Contracts that no bindings can be made for; the message says what to change.</summary>
internal sealed class BindingsException(string message) : Exception(message);
