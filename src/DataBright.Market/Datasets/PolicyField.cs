namespace DataBright.Market.Datasets;

/// <summary>A field of a dataset's policy: how it is asked for and how it is shown, whether in a terminal or on a page.</summary>
/// <param name="Name">The field, in words with hyphens: an option's name without its dashes.</param>
/// <param name="Unit">Decides the type of the value.</param>
/// <param name="Description">What the field decides, for those who found a dataset.</param>
/// <param name="Heading">What the field is called where a dataset's rules are listed.</param>
/// <param name="Row">What the list says; <c>{0}</c> stands for the value.</param>
public sealed record PolicyField(string Name, PolicyUnit Unit, string Description, string Heading, string Row)
{
    /// <summary>The value in a policy.</summary>
    public required Func<DatasetPolicy, object> Get { get; init; }

    /// <summary>The policy with another value of this field.</summary>
    public required Func<DatasetPolicy, object, DatasetPolicy> With { get; init; }

    /// <summary>The value where nothing is said, which may follow from the fields before it.</summary>
    public required Func<DatasetPolicy, object> Usual { get; init; }

    /// <summary>The usual value in words, where the number would not say it.</summary>
    public string? UsualText { get; init; }

    /// <summary>Whether the field decides anything in a policy.</summary>
    public Func<DatasetPolicy, bool> IsShown { get; init; } = _ => true;

    /// <summary>Whether no time at all is a value.</summary>
    public bool CanBeZero { get; init; }

    /// <summary>Reads a value as people write it.</summary>
    /// <exception cref="FormatException">The text is no value of the field's unit. The message says what is expected.</exception>
    public object Parse(string text) => Unit switch
    {
        PolicyUnit.Time => text == "0" && CanBeZero ? TimeSpan.Zero : QuantityText.ParseTime(text),
        PolicyUnit.Part or PolicyUnit.Factor => QuantityText.ParsePercent(text),
        PolicyUnit.Dollars => Money.Parse(text),
        PolicyUnit.Shares => ShareAmount.Parse(text),
        _ => throw new InvalidOperationException($"{Name} has no unit."),
    };
}
