-- CreateEnum
CREATE TYPE "contact_kind" AS ENUM ('email', 'phone');

-- CreateEnum
CREATE TYPE "card_status" AS ENUM ('active', 'blocked');

-- CreateEnum
CREATE TYPE "claim_status" AS ENUM ('open', 'accepted', 'lapsed');

-- AlterTable
ALTER TABLE "purchases" ALTER COLUMN "account" DROP NOT NULL;

-- CreateTable
CREATE TABLE "member_contacts" (
    "id" UUID NOT NULL,
    "account" BYTEA NOT NULL,
    "kind" "contact_kind" NOT NULL,
    "lookup" BYTEA NOT NULL,
    "sealed" BYTEA NOT NULL,
    "verified_lookup" BYTEA,
    "verified_at" TIMESTAMPTZ(3),
    "code_hash" BYTEA,
    "code_until" TIMESTAMPTZ(3),
    "code_failures" INTEGER NOT NULL DEFAULT 0,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "member_contacts_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "code_counters" (
    "subject" BYTEA NOT NULL,
    "day" DATE NOT NULL,
    "codes" INTEGER NOT NULL,

    CONSTRAINT "code_counters_pkey" PRIMARY KEY ("subject","day")
);

-- CreateTable
CREATE TABLE "member_cards" (
    "id" UUID NOT NULL,
    "partner_id" INTEGER NOT NULL,
    "lookup" BYTEA NOT NULL,
    "last4" TEXT NOT NULL,
    "status" "card_status" NOT NULL DEFAULT 'active',
    "account" BYTEA,
    "linked_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "member_cards_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "claims" (
    "id" BIGSERIAL NOT NULL,
    "purchase_id" BIGINT NOT NULL,
    "partner_id" INTEGER NOT NULL,
    "actor" TEXT NOT NULL,
    "secret_hash" BYTEA NOT NULL,
    "secret" BYTEA NOT NULL,
    "status" "claim_status" NOT NULL DEFAULT 'open',
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "account" BYTEA,
    "settled_at" TIMESTAMPTZ(3),

    CONSTRAINT "claims_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "member_contacts_verified_lookup_key" ON "member_contacts"("verified_lookup");

-- CreateIndex
CREATE UNIQUE INDEX "member_contacts_account_lookup_key" ON "member_contacts"("account", "lookup");

-- CreateIndex
CREATE INDEX "member_cards_account_idx" ON "member_cards"("account");

-- CreateIndex
CREATE UNIQUE INDEX "member_cards_partner_id_lookup_key" ON "member_cards"("partner_id", "lookup");

-- CreateIndex
CREATE UNIQUE INDEX "claims_purchase_id_key" ON "claims"("purchase_id");

-- CreateIndex
CREATE UNIQUE INDEX "claims_secret_hash_key" ON "claims"("secret_hash");

-- CreateIndex
CREATE INDEX "claims_partner_id_id_idx" ON "claims"("partner_id", "id");

-- CreateIndex
CREATE INDEX "claims_status_expires_at_idx" ON "claims"("status", "expires_at");

-- CreateIndex
CREATE INDEX "claims_account_idx" ON "claims"("account");

-- AddForeignKey
ALTER TABLE "member_contacts" ADD CONSTRAINT "member_contacts_account_fkey" FOREIGN KEY ("account") REFERENCES "members"("account") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "member_cards" ADD CONSTRAINT "member_cards_account_fkey" FOREIGN KEY ("account") REFERENCES "members"("account") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "claims" ADD CONSTRAINT "claims_purchase_id_fkey" FOREIGN KEY ("purchase_id") REFERENCES "purchases"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "claims" ADD CONSTRAINT "claims_account_fkey" FOREIGN KEY ("account") REFERENCES "members"("account") ON DELETE RESTRICT ON UPDATE CASCADE;

-- What Prisma's schema language can't say.
-- A purchase stays as it was recorded, but for one thing: a purchase that is nobody's gets its member, once.
DROP TRIGGER "purchases_append_only" ON "purchases";
CREATE TRIGGER "purchases_append_only" BEFORE DELETE OR TRUNCATE ON "purchases"
    FOR EACH STATEMENT EXECUTE FUNCTION "refuse_change"();
CREATE FUNCTION "purchases_only_claimed"() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    claimed "purchases" := OLD;
BEGIN
    claimed."account" := NEW."account";
    IF OLD."account" IS NOT NULL OR NEW."account" IS NULL OR claimed IS DISTINCT FROM NEW THEN
        RAISE EXCEPTION 'UPDATE of purchases is refused: its rows are only ever added' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER "purchases_only_claimed" BEFORE UPDATE ON "purchases"
    FOR EACH ROW EXECUTE FUNCTION "purchases_only_claimed"();

ALTER TABLE "claims"
    ADD CONSTRAINT "claims_account_check" CHECK (("status" = 'accepted') = ("account" IS NOT NULL)),
    ADD CONSTRAINT "claims_settled_check" CHECK (("status" = 'open') = ("settled_at" IS NULL));
ALTER TABLE "member_contacts"
    ADD CONSTRAINT "member_contacts_verified_check" CHECK (("verified_at" IS NULL) = ("verified_lookup" IS NULL));
ALTER TABLE "member_cards"
    ADD CONSTRAINT "member_cards_linked_check" CHECK (("account" IS NULL) = ("linked_at" IS NULL));
