namespace DataBright.Node.Descriptions;

/// <summary>What a dataset's initiator wrote about it: words of a stranger, shown as plain text.</summary>
/// <param name="Text">The description without its title and licence.</param>
/// <param name="Licence">What follows "Licence:" in it.</param>
internal sealed record Description(string Text, string? Licence);
