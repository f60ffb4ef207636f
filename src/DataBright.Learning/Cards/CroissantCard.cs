using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace DataBright.Learning.Cards;

/// <summary>
/// A dataset's card in Croissant (MLCommons, "Croissant Format Specification"; JSON-LD over schema.org), so that other tools find, download
/// and load the dataset. Version 1.0 is written, with all that it demands; 0.8, 1.0 and 1.1 are read as they are published, with much of it
/// missing. What this product does not know is kept as it is: a card that was read, changed and written has lost nothing.
/// </summary>
public sealed class CroissantCard
{
    /// <summary>What a new card says it conforms to.</summary>
    public const string ConformsTo = "http://mlcommons.org/croissant/1.0";

    /// <summary>Longer documents are refused.</summary>
    public const int MaxLength = 1 << 24;

    private static readonly JsonDocumentOptions Reading = new() { MaxDepth = 64, AllowDuplicateProperties = false };
    private static readonly JsonSerializerOptions Writing = new() { WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, MaxDepth = 65 };
    private readonly JsonObject _document;

    private CroissantCard(JsonObject document, string name, bool isNew)
    {
        _document = document;
        Facts = CroissantReader.Read(document, name, isNew);
    }

    /// <summary>What the card says, as far as this product knows it.</summary>
    public CardFacts Facts { get; }

    /// <summary>The card in the form of version 1.0.</summary>
    internal JsonObject Document => FirstCroissant.Is(_document) ? FirstCroissant.Upgrade(_document) : _document;

    /// <summary>A new card.</summary>
    /// <exception cref="MalformedInputException">A required property is empty, or a reference leads nowhere; the message says
    /// which.</exception>
    public static CroissantCard Create(CardFacts facts) =>
        new(CroissantWriter.Write(facts, new JsonObject(), former: null), "card", isNew: true);

    /// <summary>Reads a card.</summary>
    /// <param name="json">The document.</param>
    /// <param name="document">What errors call it.</param>
    /// <exception cref="MalformedInputException">It is no card of version 1.0 or 1.1, or a part has a form that no card has; the message
    /// says where.</exception>
    public static CroissantCard Parse(string json, string document = "card")
    {
        if (json.Length > MaxLength)
            throw new MalformedInputException(document, $"{json.Length} characters are more than the {MaxLength} allowed");
        try
        {
            return JsonNode.Parse(json, documentOptions: Reading) is JsonObject root
                ? new CroissantCard(root, document, isNew: false) : throw new MalformedInputException(document, "an object is expected");
        }
        catch (Exception fault) when (fault.IsUnreadable())
        {
            throw new MalformedInputException(document, $"not valid JSON ({fault.Message})", fault);
        }
    }

    /// <summary>
    /// The card with other facts; whatever else it said, in any part that is still there, stays, and so does what it lacked.
    /// </summary>
    public CroissantCard With(CardFacts facts) =>
        new(CroissantWriter.Write(facts, _document.DeepClone().AsObject(), Facts), "card", isNew: false);

    /// <summary>The document, indented, properties in the order they were read in.</summary>
    public string ToJson() => _document.ToJsonString(Writing) + "\n";
}
