using Mono.Cecil;

namespace DataBright.Architecture.Folders;

/// <summary>A type that names a type of another folder.</summary>
internal sealed record Crossing(string From, string To, TypeDefinition User, TypeReference Used);
