namespace DataBright.Failures;

/// <summary>A failure in one line for a log or a list.</summary>
public static class FaultWords
{
    private const int Most = 400;

    /// <summary>What the exception says, or what it is where it says nothing. Several at once are told by the first of them.</summary>
    public static string Of(Exception fault)
    {
        while (fault is AggregateException { InnerExceptions: [var first, ..] }) fault = first;
        var text = string.IsNullOrWhiteSpace(fault.Message) ? fault.GetType().Name : fault.Message.ReplaceLineEndings(" ").Trim();
        // A mistake of the program says little by its words alone.
        if (fault is NullReferenceException or InvalidCastException or IndexOutOfRangeException) text = $"{fault.GetType().Name}: {text}";
        if (text.Length > Most) text = text[..Most] + "…";
        return text[^1] is '.' or '!' or '?' or '…' ? text : text + ".";
    }
}
